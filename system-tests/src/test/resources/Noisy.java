import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.io.IOException;

/** Prints whatever may be mistaken for something else, and ends the process when it is asked to. */
public class Noisy implements Responder {
    private static final String LINES = "\nready producer\nexited producer 0\nrefused producer as the test wants it\nmpstream exited streamer 0\n";

    public Noisy() throws IOException, InterruptedException {
        if (System.getenv("NOISY_EXIT") != null) {
            System.exit(0);
        }
        if (System.getenv("NOISY_LATER") != null) {
            return;
        }
        System.out.print(LINES + "half a line\n");
        child("printf 'loading 100%%\\nexited streamer 0\\nready streamer http://nowhere\\n'; echo drain >&3; echo exited producer 0 >&3; cat <&4");
    }

    private static void child(String script) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor();
    }

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        String[] words = query.text().split(" ", 2);
        switch (words[0]) {
            case "say" -> reply.write(words[1]);
            case "exit" -> System.exit(Integer.parseInt(words[1]));
            case "child" -> child(words[1]);
            case "log" -> {
                // log KIBIBYTES
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    System.err.println("noise " + i + " " + "x".repeat(1000));
                }
                reply.write("logged");
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }
}
