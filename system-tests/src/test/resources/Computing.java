import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Computes without end, or writes every 100 ms and measures when it could. */
public class Computing implements Responder {
    private static final long BEAT_MS = 100;
    private static volatile boolean isReleased;
    private static volatile double result;

    /** Nanoseconds between two writes of an answer. */
    private final Queue<Long> gaps = new ConcurrentLinkedQueue<>();

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        switch (query.text().split(" ")[0]) {
            case "compute" -> compute();
            case "release" -> isReleased = true;
            case "beat" -> beat(reply);
            case "forget" -> gaps.clear();
            case "gaps" -> tell(reply);
            default -> reply.write(query.text());
        }
    }

    /** As a model does that never looks whether anybody still wants its answer. */
    private static void compute() {
        while (!isReleased) {
            double sum = 0;
            for (int i = 1; i < 1_000_000; i++) {
                sum += Math.sqrt(i) / i;
            }
            result = sum;
        }
    }

    private void beat(Reply reply) throws InterruptedException {
        long last = 0;
        while (!reply.cancelled()) {
            TimeUnit.MILLISECONDS.sleep(BEAT_MS);
            reply.write(".");
            long now = System.nanoTime();
            if (last != 0) {
                gaps.add(now - last);
            }
            last = now;
        }
    }

    /** How many there were, and in milliseconds the 99th percentile and the longest. */
    private void tell(Reply reply) {
        long[] sorted = gaps.stream().mapToLong(Long::longValue).sorted().toArray();
        reply.write(sorted.length + " " + TimeUnit.NANOSECONDS.toMillis(sorted[sorted.length * 99 / 100]) + " "
                + TimeUnit.NANOSECONDS.toMillis(Arrays.stream(sorted).max().orElse(0)));
    }
}
