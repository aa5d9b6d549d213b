package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mpstream.journal.Appender;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.limits.RefusedException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a streamer knows that has just been started on journals that are not empty. */
class CatchUpTest extends HubBench {
    private final Appender<Request> earlier = requests.appender();

    @Test
    void streamsOfAnEarlierRunAreFollowedAsIfNothingHadHappened() {
        StreamId running = ask(new RecordingSink());
        StreamId ended = ask(new RecordingSink());
        started(running);
        text(running, 0, "half ");
        text(ended, 0, "whole");
        end(ended, 5, Outcome.COMPLETED);
        step();
        use();
        RecordingSink half = follow(running, 2);
        assertEquals("whole\n", follow(ended, 0).text());
        text(running, 5, "and half");
        end(running, 13, Outcome.COMPLETED);
        step();
        assertEquals("lf and half\n", half.text());
        assertEquals("q", hub.find(running).asked().preview());
    }

    @Test
    void queryThatWaitsStillWaits() {
        StreamId first = ask(new RecordingSink());
        StreamId second = ask(new RecordingSink());
        StreamId cancelled = ask(new RecordingSink());
        started(first);
        end(cancelled, 0, Outcome.CANCELLED);
        step();
        use();
        RecordingSink sink = follow(second, 0);
        assertEquals("queued", hub.find(second).state());
        started(second);
        text(second, 0, "now");
        end(second, 3, Outcome.COMPLETED);
        step();
        assertEquals("now\n", sink.text());
    }

    @Test
    void queryWhoseAnswerHasLeftTheJournalIsForgotten() {
        StreamId gone = ask(new RecordingSink());
        long settled = requests.end();
        StreamId waiting = ask(new RecordingSink());
        StreamId later = ask(new RecordingSink());
        started(later);
        producer.append(new Lease(1, System.currentTimeMillis(), 3_000, settled, Lease.State.SERVING, ""));
        step();
        Query old = new Query(StreamId.random(), "q", "", Map.of(), System.currentTimeMillis() - 3_600_000L * 25);
        earlier.append(old);
        earlier.commit();
        use();
        assertNull(hub.find(gone));
        assertNull(hub.find(old.stream()));
        assertEquals("queued", hub.find(waiting).state());
        assertNotNull(hub.find(later));
    }

    @Test
    void queryThatTurnsOutToBeAnsweredEndsForItsViewers() {
        StreamId gone = ask(new RecordingSink());
        long settled = requests.end();
        StreamId waiting = ask(new RecordingSink());
        use();
        RecordingSink viewer = follow(gone, 0);
        RecordingSink patient = follow(waiting, 0);
        producer.append(new Lease(2, System.currentTimeMillis(), 3_000, settled, Lease.State.SERVING, ""));
        step();
        assertEquals("aborted", viewer.state);
        assertEquals("failed", hub.find(gone).state());
        assertEquals("open", patient.state);
        // What is answered now is settled later, and that is no reason to fail it.
        started(waiting);
        text(waiting, 0, "now");
        end(waiting, 3, Outcome.COMPLETED);
        producer.append(new Lease(2, System.currentTimeMillis(), 3_000, requests.end(), Lease.State.SERVING, ""));
        step();
        assertEquals("now\n", patient.text());
    }

    @Test
    void answerWhoseBeginningHasLeftTheJournalIsFollowedFromWhatIsLeft() {
        StreamId stream = StreamId.random();
        text(stream, 1_000, "tail");
        producer.commit();
        use();
        assertEquals(1_000, hub.find(stream).firstOffset());
        assertEquals("il", follow(stream, 1_002).text());
        assertEquals(RefusedException.Reason.GONE, follow(stream, 0).why.reason());
    }

    @Test
    void longAnswerWhoseReaderIsComingBackIsNotTakenForStuck() {
        use("--ahead-bytes", "64KiB");
        StreamId stream = ask(new RecordingSink());
        started(stream);
        for (int i = 0; i < 40; i++) {
            text(stream, i * 10_000, "x".repeat(10_000));
            step();
        }
        requests();
        use("--ahead-bytes", "64KiB");
        pass(20);
        assertEquals(0, requests().stream().filter(Cancel.class::isInstance).count());
        assertEquals(100_000, follow(stream, 300_000).text().length());
        pass(60);
        assertEquals(0, requests().stream().filter(Cancel.class::isInstance).count());
    }

    @Test
    void answerWhoseEndWasDamagedFailsAndOneThatRunsForLongGoesOn() {
        StreamId damaged = ask(new RecordingSink());
        StreamId running = ask(new RecordingSink());
        text(damaged, 0, "all but the end");
        text(running, 0, "long");
        producer.append(new Lease(1, System.currentTimeMillis(), 1_000_000, requests.end(), Lease.State.SERVING, ""));
        step();
        use();
        RecordingSink lost = follow(damaged, 0);
        RecordingSink patient = follow(running, 0);
        for (int lease = 0; lease < 40; lease++) {
            pass(5);
            if (lease % 12 == 11) {
                text(running, 4, "");
            }
            producer.append(new Lease(1, System.currentTimeMillis(), 1_000_000, requests.end(), Lease.State.SERVING, ""));
            step();
        }
        assertEquals("aborted", lost.state);
        assertEquals("failed", hub.find(damaged).state());
        assertEquals("open", patient.state);
    }
}
