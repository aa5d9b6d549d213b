package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.agent.RunningClock;
import io.mpstream.journal.Journal;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.JsonLines;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.Grant;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A streamer that did not run for a while: stopped, paused, or its machine asleep. */
class StoppedTest extends HubBench {
    private static final int STOPPED_S = 45;

    @BeforeEach
    void countOnlyWhileItRuns() {
        clock = new RunningClock(nowNs::get);
        use("--producer-grace", "5s");
    }

    private void stop() {
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(STOPPED_S));
        step();
    }

    private void lease(long ageMs) {
        producer.append(new Lease(1, System.currentTimeMillis() - ageMs, 3_000, Journal.START, 0, false, Lease.State.SERVING, ""));
        step();
    }

    private boolean hasCancelled() {
        return requests().stream().anyMatch(Cancel.class::isInstance);
    }

    @Test
    void readersHaveTheirTimeToComeBack() {
        askSession(new DisconnectPolicy(Duration.ofSeconds(30))).gone();
        step();
        stop();
        assertFalse(hasCancelled());
        pass(25);
        assertFalse(hasCancelled());
        pass(6);
        assertTrue(hasCancelled());
    }

    @Test
    void producerThatCouldNotBeHeardIsNotAway() {
        lease(0);
        RecordingSink sink = new RecordingSink();
        StreamId stream = query("q").stream();
        hub.ask(query(stream), FollowOptions.WHOLE, Grant.OPEN, new JsonLines(), sink, loop);
        step();
        started(stream);
        text(stream, 0, "some");
        stop();
        // What was written meanwhile is read one after the other, the oldest first.
        lease(40_000);
        pass(1);
        lease(20_000);
        lease(0);
        pass(2);
        assertEquals("open", sink.state);
        assertFalse(sink.text().contains("interrupted"), sink.text());
        pass(10);
        assertTrue(sink.text().contains("producer-away"), sink.text());
    }

    @Test
    void drainGoesOnForAllOfItsTime() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        started(stream);
        step();
        hub.drain().begin(Duration.ofSeconds(20));
        pass(2);
        stop();
        pass(10);
        assertEquals("open", sink.state);
        assertFalse(hub.drain().isDone());
        pass(12);
        assertTrue(hub.drain().isDone());
    }

    @Test
    void clientThatCouldNotBeAskedForAFreshPermitHasItsTimeAfterwards() {
        Grant grant = Grant.until("ann", null, 0, 100_000, true, () -> false);
        assertFalse(grant.isOver(99_999, Long.MIN_VALUE));
        assertTrue(grant.isOver(100_000, Long.MIN_VALUE));
        // It went on before the client was to be asked.
        assertTrue(grant.isOver(100_000, 70_000));
        assertFalse(grant.isOver(229_999, 200_000));
        assertEquals(1, grant.leftMs(229_999, 200_000));
        assertTrue(grant.isOver(230_000, 200_000));
        assertTrue(Grant.until("ann", null, 0, 100_000, false, () -> false).isOver(100_000, 200_000));
        assertTrue(Grant.until("ann", null, 0, 100_000, true, () -> true).isOver(1, 200_000));
    }
}
