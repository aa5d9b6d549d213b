import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Does what the query says, so that a test can ask for any behaviour. */
public class Scripted implements Responder {
    @Override
    public void respond(Query query, Reply reply) throws Exception {
        String[] words = query.text().split(" ", 3);
        switch (words[0]) {
            case "say" -> reply.write(query.text().substring("say ".length()));
            case "units" -> {
                for (char unit : query.text().substring("units ".length()).toCharArray()) {
                    reply.write(String.valueOf(unit));
                }
            }
            case "throw" -> throw new IllegalStateException("thrown at once");
            case "half" -> {
                reply.write("half");
                throw new IllegalStateException("thrown in the middle");
            }
            case "nothing" -> { }
            case "megabytes" -> {
                String kibibyte = "0123456789abcdé".repeat(64);
                for (int i = 0; i < Integer.parseInt(words[1]) * 1024; i++) {
                    reply.write(kibibyte);
                }
            }
            case "endless" -> {
                while (true) {
                    reply.write("endless ");
                }
            }
            case "hang" -> {
                // hang FILE TEXT: writes the text, then waits for ever; writes to the file how it was ended.
                if (words.length > 2) {
                    reply.write(words[2]);
                }
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Files.writeString(Path.of(words[1]), "interrupted, cancelled=" + reply.cancelled());
                }
            }
            case "pace" -> {
                // pace COUNT MILLISECONDS: that many numbered segments, one after each pause.
                String[] numbers = words[2].split(" ", 2);
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    Thread.sleep(Long.parseLong(numbers[0]));
                    reply.write((numbers.length > 1 ? numbers[1] : "") + i + ";");
                }
            }
            case "user" -> reply.write(query.user());
            default -> throw new IllegalArgumentException("no such script: " + words[0]);
        }
    }
}
