package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Appender;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.limits.RefusedException;
import java.time.Duration;
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
        producer.append(new Lease(1, System.currentTimeMillis(), 3_000, settled, 0, false, Lease.State.SERVING, ""));
        step();
        Query old = new Query(StreamId.mint(), "q", "", Map.of(), System.currentTimeMillis() - 3_600_000L * 25);
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
        producer.append(new Lease(2, System.currentTimeMillis(), 3_000, settled, 0, false, Lease.State.SERVING, ""));
        step();
        assertEquals("aborted", viewer.state);
        assertEquals("failed", hub.find(gone).state());
        assertEquals("open", patient.state);
        // What is answered now is settled later, and that is no reason to fail it.
        started(waiting);
        text(waiting, 0, "now");
        end(waiting, 3, Outcome.COMPLETED);
        producer.append(new Lease(2, System.currentTimeMillis(), 3_000, requests.end(), 0, false, Lease.State.SERVING, ""));
        step();
        assertEquals("now\n", patient.text());
    }

    @Test
    void answerWhoseBeginningHasLeftTheJournalIsFollowedFromWhatIsLeft() {
        StreamId stream = StreamId.mint();
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
        Query stopped = query("stopped");
        Query running = query("running");
        ask(stopped, new RecordingSink());
        ask(running, new RecordingSink());
        step();
        text(damaged, 0, "all but the end");
        text(stopped.stream(), 0, "more than a minute");
        running(stopped, 18);
        text(running.stream(), 0, "long");
        running(running, 4);
        serves();
        use();
        RecordingSink lost = follow(damaged, 0);
        RecordingSink patient = follow(running.stream(), 0);
        RecordingSink other = follow(stopped.stream(), 0);
        assertEquals("aborted", lost.state);
        assertEquals("failed", hub.find(damaged).state());
        for (int lease = 0; lease < 240; lease++) {
            if (lease % 60 == 59) {
                running(running, 4);
            }
            serves();
            assertTrue(lease > 120 || other.state.equals("open"), "after " + lease + " s");
        }
        assertEquals("aborted", other.state);
        assertEquals("failed", hub.find(stopped.stream()).state());
        assertEquals("open", patient.state);
    }

    /** A lease is given: all has been answered, or runs. */
    private void serves() {
        producer.append(new Lease(1, System.currentTimeMillis(), 3_000, requests.end(), 0, false, Lease.State.SERVING, ""));
        pass(1);
    }

    @Test
    void answerWhoseQueryHasLeftIsItsAskersAndGoesOnFromWhereItWasSaidToRun() {
        QueryTerms terms = new QueryTerms("k", Duration.ofHours(1), null, null, null);
        Query query = new Query(StreamId.mint(), "q", "Trinity", terms, Map.of(), System.currentTimeMillis());
        text(query.stream(), 1_000, "old ");
        running(query, 1_004);
        text(query.stream(), 1_004, "new");
        producer.commit();
        use();
        assertEquals("Trinity", hub.find(query.stream()).user());
        assertEquals("q", hub.find(query.stream()).asked().preview());
        assertEquals(1_004, hub.find(query.stream()).firstOffset());
        assertEquals("new", follow(query.stream(), 1_004).text());
        pass(120);
        assertEquals(0, requests().stream().filter(Cancel.class::isInstance).count(), "it may go on for an hour");
        Query again = new Query(StreamId.mint(), "q", "Trinity", terms, Map.of(), System.currentTimeMillis());
        assertEquals(query.stream(), ask(again, new RecordingSink()).stream().id());
    }
}
