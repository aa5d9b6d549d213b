import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;

/** Writes something that is read with pleasure, a word at a time; for pictures. Of a question that is about rivers it writes the half, and waits. */
public class Prose implements Responder {
    private static final String RIVER = """
            A river bends because nothing in its bed is quite even. Where the water meets a stone, or a softer bank, it leans a little to one side, \
            and what leans runs faster on the outside of its curve than on the inside.

            Fast water carries soil away; slow water lets it fall. So the outer bank is worn down while the inner one grows, and the bend that \
            was hardly there becomes a little deeper with every flood.

            Given time enough the loop closes on itself. The river takes the short way through the neck, and leaves behind it""";
    private static final String JOURNAL = """
            A journal is a file that is only ever added to. Whoever writes puts the next record behind the last one and changes nothing of what \
            is there; whoever reads keeps a place in it, and goes on from that place whenever there is time.

            This is why nobody waits for anybody. The writer does not know who reads, and a reader that was away for an hour finds all that it \
            has missed, in the order in which it was written.
            """;

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        boolean isHalf = query.text().contains("river");
        for (String word : (isHalf ? RIVER : JOURNAL).splitWithDelimiters(" ", 0)) {
            reply.write(word);
            Thread.sleep(15);
        }
        if (isHalf) {
            Thread.sleep(60_000);
        }
    }
}
