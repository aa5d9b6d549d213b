package io.mpstream.bench;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Does the {@link Work} that a query asks for. */
public final class BenchResponder implements Responder {
    private final Map<Long, Ticker> tickers = new ConcurrentHashMap<>();

    /** For {@code --responder}. */
    public BenchResponder() {
    }

    @Override
    public void respond(Query query, Reply reply) throws InterruptedException {
        respond(Work.parse(query.text()), reply);
    }

    void respond(Work work, Reply reply) throws InterruptedException {
        switch (work.kind()) {
            case FIREHOSE, MIXED -> {
                String segment = work.segment();
                while (!reply.cancelled()) {
                    reply.write(segment);
                }
            }
            case PACED -> ticker(work).pace(reply::write, work.tokens());
            case SHORT -> reply.write(Work.SHORT);
            case SILENT -> Thread.sleep(work.millis());
            case FAN_OUT -> {
                int[] number = {0};
                ticker(work).pace(stamp -> reply.write(Work.numbered(stamp, number[0]++)), work.tokens());
            }
            case VOLUME -> {
                for (int i = 0; i < work.tokens() * Work.PAGES_A_MB; i++) {
                    reply.write(Work.PAGE);
                }
            }
        }
    }

    private Ticker ticker(Work work) {
        return tickers.computeIfAbsent(work.millis(), millis -> new Ticker(TimeUnit.MILLISECONDS.toNanos(millis)));
    }
}
