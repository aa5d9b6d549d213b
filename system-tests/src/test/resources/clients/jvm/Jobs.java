import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Does all jobs of a file at once, as jobs.mjs, and prints the same lines. */
final class Jobs {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PrintStream OUT = new PrintStream(System.out, true, java.nio.charset.StandardCharsets.UTF_8);

    private Jobs() {
    }

    /** One way of a client to ask; returns how the answer ended. */
    interface Way {
        String ask(Job job) throws Exception;
    }

    static void doAll(String script, String file, Map<String, Way> ways) throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (JsonNode each : JSON.readTree(new File(file))) {
                threads.submit(() -> new Job(script, each).work(ways.get(each.get("way").asText())));
            }
        }
        System.exit(0);
    }

    /** What is asked, and what was heard. */
    static final class Job {
        private final String script;
        private final JsonNode job;
        private final long beganNs = System.nanoTime();
        private final StringBuilder text = new StringBuilder();

        private Job(String script, JsonNode job) {
            this.script = script;
            this.job = job;
        }

        String address() {
            return job.get("address").asText() + "/v1";
        }

        String model() {
            return job.get("model").asText();
        }

        /** Role and content of each. */
        Iterable<JsonNode> messages() {
            return job.get("messages");
        }

        String prompt() {
            return job.get("messages").get(job.get("messages").size() - 1).get("content").asText();
        }

        /** Takes a piece of the text; whether more is wanted. */
        synchronized boolean say(String piece) {
            if (!piece.isEmpty() && text.isEmpty()) {
                print(line().put("afterMs", (System.nanoTime() - beganNs) / 1_000_000));
            }
            text.append(piece);
            return text.isEmpty() || !job.has("leaves");
        }

        private Void work(Way way) {
            String end;
            try {
                end = way.ask(this);
            } catch (Throwable e) {
                end = "failed: " + e;
            }
            print(line().put("text", text.toString()).put("end", end));
            return null;
        }

        private ObjectNode line() {
            return JSON.createObjectNode().put("script", script).put("way", job.get("way").asText()).put("name", job.get("name").asText());
        }

        private static void print(ObjectNode line) {
            synchronized (OUT) {
                OUT.println(line);
            }
        }
    }
}
