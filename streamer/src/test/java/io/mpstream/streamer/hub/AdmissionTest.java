package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.settings.Settings;
import io.mpstream.streamer.admission.Admissions;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.Room;
import io.mpstream.streamer.encoding.JsonLines;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.trace.Tracer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which queries are taken, and what those that wait are told. */
class AdmissionTest extends HubBench {
    @Test
    void oneQueryTooManyIsNotTakenUntilAnotherEnds() {
        StreamId first = ask(new RecordingSink());
        ask(new RecordingSink());
        ask(new RecordingSink());
        RefusedException away = assertThrows(RefusedException.class, () -> ask(query("q"), new RecordingSink()));
        assertTrue(away.getMessage().contains("too many queries") && away.retryAfterS() >= 1, away.getMessage());
        end(first, 0, Outcome.COMPLETED);
        step();
        assertNotNull(ask(query("q"), new RecordingSink()));
        assertThrows(RefusedException.class, () -> ask(query("q"), new RecordingSink()));
    }

    @Test
    void queriesOfTooManyBytesAreNotTakenUntilAnotherEnds() {
        String[] roomy = {"--queries-bytes-max", "4MiB"};
        use(roomy);
        String text = "x".repeat(Query.BYTES_MAX);
        Query first = query(text);
        ask(first, new RecordingSink());
        ask(query(text), new RecordingSink());
        ask(query(text), new RecordingSink());
        step();
        use(roomy);
        RefusedException away = assertThrows(RefusedException.class, () -> ask(query(text), new RecordingSink()));
        assertEquals(RefusedException.Reason.OVERLOADED, away.reason());
        assertTrue(away.getMessage().contains("too many bytes") && away.retryAfterS() >= 1, away.getMessage());
        assertNotNull(ask(query("short"), new RecordingSink()));
        end(first.stream(), 0, Outcome.COMPLETED);
        step();
        assertNotNull(ask(query(text), new RecordingSink()));
        assertThrows(RefusedException.class, () -> ask(query(text), new RecordingSink()));
    }

    @Test
    void queryThatComesInCountsUntilItIsHere() {
        use("--queries-bytes-max", "4MiB");
        hub.admissions().expect(4 << 20);
        assertThrows(RefusedException.class, () -> ask(query("q"), new RecordingSink()));
        assertThrows(RefusedException.class, () -> hub.admissions().expect(1));
        hub.admissions().come(4 << 20);
        assertNotNull(ask(query("q"), new RecordingSink()));
        assertThrows(RefusedException.class, () -> hub.admissions().expect(4 << 20));
        hub.admissions().expect(1 << 20);
    }

    @Test
    void retryAfterFollowsHowLongAnswersTake() {
        assertEquals(1, hub.retryAfterS());
        for (int i = 0; i < 100; i++) {
            StreamId stream = ask(new RecordingSink());
            producer.append(new Started(stream, 1, Journal.START, 1_000));
            producer.append(new End(stream, 0, Outcome.COMPLETED, "", new byte[End.SHA256_LENGTH], 11_000, Notes.NONE));
            step();
        }
        started(ask(new RecordingSink()));
        started(ask(new RecordingSink()));
        step();
        // Ten seconds each, two at a time.
        assertEquals(6, hub.retryAfterS());
    }

    @Test
    void thoseThatWaitAreToldTheirPlaces() {
        use("--queries-max", "10");
        StreamId running = ask(new RecordingSink());
        started(running);
        step();
        RecordingSink second = new RecordingSink();
        RecordingSink third = new RecordingSink();
        Query two = query("q");
        Query three = query("q");
        hub.ask(two, FollowOptions.WHOLE, Grant.OPEN, new JsonLines(), second, loop);
        hub.ask(three, FollowOptions.WHOLE, Grant.OPEN, new JsonLines(), third, loop);
        step();
        assertEquals("", third.text(), "a place is told only to those that really wait");
        nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(50));
        step();
        assertEquals("{\"queued\":{\"place\":1,\"estimateMs\":null}}\n", second.text());
        assertEquals("{\"queued\":{\"place\":2,\"estimateMs\":null}}\n", third.text());
        producer.append(new End(running, 0, Outcome.COMPLETED, "", new byte[End.SHA256_LENGTH], 3_001, Notes.NONE));
        producer.append(new Started(two.stream(), 1, Journal.START, 3_001));
        pass(1);
        assertTrue(second.text().endsWith("{\"started\":true}\n"), second.text());
        assertTrue(third.text().endsWith("{\"queued\":{\"place\":1,\"estimateMs\":3000}}\n"), third.text());
    }

    @Test
    void sameKeyAndQueryIsTheSameStream() {
        RecordingSink first = new RecordingSink();
        RecordingSink second = new RecordingSink();
        Session asked = ask(keyed("k", "q", "me"), first);
        Session again = ask(keyed("k", "q", "me"), second);
        step();
        assertSame(asked.stream(), again.stream());
        assertEquals(1, requests().size());
        StreamId stream = asked.stream().id();
        text(stream, 0, "once");
        end(stream, 4, Outcome.COMPLETED);
        step();
        assertEquals("once\n", first.text());
        assertEquals("once\n", second.text());
        RecordingSink late = new RecordingSink();
        assertSame(asked.stream(), ask(keyed("k", "q", "me"), late).stream());
        step();
        assertEquals("once\n", late.text());
    }

    @Test
    void sameKeyForAnotherQueryIsRefused() {
        ask(keyed("k", "q", "me"), new RecordingSink());
        assertThrows(RefusedException.class, () -> ask(keyed("k", "r", "me"), new RecordingSink()));
        assertNotNull(ask(keyed("k", "r", "you"), new RecordingSink()), "another user's key is another key");
    }

    @Test
    void keyHoldsOverARestart() {
        Session asked = ask(keyed("k", "q", ""), new RecordingSink());
        started(asked.stream().id());
        step();
        use();
        assertEquals(asked.stream().id(), ask(keyed("k", "q", ""), new RecordingSink()).stream().id());
        assertThrows(RefusedException.class, () -> ask(keyed("k", "r", ""), new RecordingSink()));
    }

    private static Query keyed(String key, String text, String user) {
        return new Query(StreamId.mint(), text, user, new QueryTerms(key, AFTER_30_S.cancelAfter(), null, null, null), Map.of(), System.currentTimeMillis());
    }

    @Test
    void queryThatCannotBeStoredIsRefusedAndItsPlaceIsFree() {
        appender = new RequestAppender(new BrokenAppender(), new Room(() -> Long.MAX_VALUE, 0, nowNs::get));
        hub = new Hub(responses, appender, Limits.of(Settings.of("--queries-max", "1")), AFTER_30_S, Map.of(), nowNs::get, delayNs -> { }, Tracer.NONE);
        for (int i = 0; i < 3; i++) {
            RecordingSink sink = new RecordingSink();
            assertNotNull(ask(query("q"), sink));
            step();
            assertEquals("refused", sink.state);
        }
    }

    @Test
    void producerIsPresentWhileItsLeaseHolds() {
        assertFalse(hub.readiness().isReady());
        producer.append(new Lease(1, System.currentTimeMillis(), 3_000, Journal.START, 0, false, Lease.State.SERVING, ""));
        step();
        assertTrue(hub.readiness().isReady());
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(3));
        assertFalse(hub.readiness().isReady());
        producer.append(new Lease(1, System.currentTimeMillis() - 60_000, 3_000, Journal.START, 0, false, Lease.State.SERVING, ""));
        step();
        assertFalse(hub.readiness().isReady(), "a lease read late is as old as it is");
    }

    @Test
    void whatTheProducerIsAtTellsWhetherItAnswers() {
        lease(Lease.State.LOADING, "");
        assertEquals("the producer is loading its responder", hub.readiness().obstacle());
        lease(Lease.State.SERVING, "one has not returned");
        assertTrue(hub.readiness().isReady());
        assertEquals("one has not returned", hub.readiness().trouble());
        lease(Lease.State.STALLED, "none runs");
        assertEquals("none runs", hub.readiness().obstacle());
        lease(Lease.State.SERVING, "");
        roomBytes = 1;
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertEquals(Admissions.SHORT, hub.readiness().obstacle());
    }

    private void lease(Lease.State state, String trouble) {
        producer.append(new Lease(1, System.currentTimeMillis(), 3_000, Journal.START, 0, false, state, trouble));
        step();
    }

    private static final class BrokenAppender implements Appender<Request> {
        @Override
        public void append(Request record) {
            throw new IllegalStateException("as the test wants it");
        }

        @Override
        public long commit() {
            return Journal.START;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
