import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/** Does what the query says, and tells in a file what became of it. */
public class Observed implements Responder {
    @Override
    public void respond(Query query, Reply reply) throws Exception {
        String[] words = query.text().split(" ", 4);
        switch (words[0]) {
            case "say" -> reply.write(query.text().substring("say ".length()));
            case "half" -> {
                reply.write("half");
                throw new IllegalStateException("thrown in the middle");
            }
            case "many" -> {
                String kibibyte = "0123456789abcdé".repeat(64);
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    reply.write(kibibyte);
                }
            }
            case "pace" -> pace(reply, words[1], words[2]);
            case "count" -> {
                // count FILE COUNT MILLISECONDS: the file gets a line each time that this begins.
                tell(words[1], "run\n");
                pace(reply, words[2], words[3]);
            }
            case "wait" -> await(words[1], words.length > 2 ? words[2] : "", reply);
            case "flood" -> flood(words[1], reply);
            default -> throw new IllegalArgumentException("no such script: " + words[0]);
        }
    }

    /** That many numbered segments, one after each pause. */
    private static void pace(Reply reply, String count, String milliseconds) throws InterruptedException {
        for (int i = 0; i < Integer.parseInt(count); i++) {
            Thread.sleep(Long.parseLong(milliseconds));
            reply.write(i + ";");
        }
    }

    /** Writes the text, then waits for ever. */
    private static void await(String file, String text, Reply reply) throws IOException {
        reply.write(text);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            tell(file, "cancelled=" + reply.cancelled() + "\n");
        }
    }

    /** Writes for ever. */
    private static void flood(String file, Reply reply) throws IOException {
        try {
            while (true) {
                reply.write("flood ");
            }
        } catch (CancelledException e) {
            tell(file, "cancelled=" + reply.cancelled() + "\n");
            throw e;
        }
    }

    private static void tell(String file, String line) throws IOException {
        Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
