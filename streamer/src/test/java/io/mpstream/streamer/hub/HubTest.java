package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.config.Settings;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.PlainText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The hub, its streams and their sessions on memory journals, with threads and clock turned by hand. */
class HubTest {
    private static final DisconnectPolicy AFTER_30_S = new DisconnectPolicy(Duration.ofSeconds(30));
    private static final Encoder PLAIN = new PlainText();

    private final Journal<Request> requests = new MemoryJournal<>(RequestCodec::new);
    private final Journal<Frame> responses = new MemoryJournal<>(FrameCodec::new);
    private final Appender<Frame> producer = responses.appender();
    private final Tailer<Request> requestReader = requests.tailer();
    private final AtomicLong nowNs = new AtomicLong();
    private final Queue<Runnable> ioTasks = new ArrayDeque<>();
    private final PumpLoop loop = new PumpLoop(ioTasks::add);
    private RequestAppender appender;
    private Hub hub;

    HubTest() {
        use("--queries-max", "3");
    }

    private void use(String... args) {
        appender = new RequestAppender(requests.appender());
        hub = new Hub(responses.tailer(), appender, Limits.of(Settings.of(args)), AFTER_30_S, nowNs::get);
    }

    @Test
    void headIsSentWhenTheQueryIsInTheJournalAndBeforeAnyText() {
        RecordingSink sink = new RecordingSink();
        Query query = query("q");
        hub.ask(query, AFTER_30_S, PLAIN, sink, loop);
        runIo();
        assertEquals(0, sink.flushes, "not in the journal yet");
        step();
        assertEquals(List.of(query), requests());
        assertEquals(1, sink.flushes);
        assertEquals("", sink.text());
    }

    @Test
    void textArrivesAsItComesThenTheEnd() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        producer.append(new Started(stream, 1, 0));
        text(stream, 0, "héllo ");
        step();
        assertEquals("héllo ", sink.text());
        text(stream, 7, "wörld");
        end(stream, 13, Outcome.COMPLETED);
        step();
        assertEquals("héllo wörld\n", sink.text());
        assertEquals("finished", sink.state);
    }

    @Test
    void framesOfOneRoundAreOneWrite() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        for (int i = 0; i < 10; i++) {
            text(stream, i, "x");
        }
        end(stream, 10, Outcome.COMPLETED);
        step();
        assertEquals("xxxxxxxxxx\n", sink.text());
        assertEquals(1, sink.writes);
    }

    @Test
    void eachSessionGetsItsOwnStreamAlone() {
        RecordingSink first = new RecordingSink();
        RecordingSink second = new RecordingSink();
        StreamId a = ask(first);
        StreamId b = ask(second);
        text(b, 0, "bb");
        text(a, 0, "aa");
        text(StreamId.random(), 0, "somebody else's");
        step();
        assertEquals("aa", first.text());
        assertEquals("bb", second.text());
        assertEquals(0, ioTasks.size());
    }

    @Test
    void oneHandOverServesAllSessionsOfAThread() {
        List<StreamId> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            streams.add(ask(new RecordingSink()));
        }
        streams.forEach(stream -> text(stream, 0, "x"));
        producer.commit();
        hub.doWork();
        assertEquals(1, ioTasks.size());
    }

    @Test
    void emptyAnswerIsALineFeed() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        end(stream, 0, Outcome.COMPLETED);
        step();
        assertEquals("\n", sink.text());
        assertEquals("finished", sink.state);
    }

    @Test
    void failedAnswerIsABrokenTransferAfterItsText() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        text(stream, 0, "half");
        end(stream, 4, Outcome.FAILED);
        step();
        assertEquals("half", sink.text());
        assertEquals("aborted", sink.state);
    }

    @Test
    void answerThatFailsWithoutTextIsABrokenTransfer() {
        RecordingSink sink = new RecordingSink();
        end(ask(sink), 0, Outcome.FAILED);
        step();
        assertEquals("aborted", sink.state);
    }

    @Test
    void socketThatTakesMoreWhileItsSessionIsQueuedLosesNobodyElse() {
        RecordingSink slow = new RecordingSink().room(1);
        RecordingSink other = new RecordingSink();
        StreamId slowStream = StreamId.random();
        Session session = hub.ask(query(slowStream), AFTER_30_S, PLAIN, slow, loop);
        StreamId otherStream = ask(other);
        step();
        text(slowStream, 0, "ab");
        step();
        text(otherStream, 0, "other");
        text(slowStream, 2, "c");
        producer.commit();
        hub.doWork();
        // Both are queued, and the slow one's socket is served before the queue is.
        slow.room(Integer.MAX_VALUE);
        session.writable();
        text(slowStream, 3, "d");
        producer.commit();
        hub.doWork();
        runIo();
        assertEquals("other", other.text());
        assertEquals("abcd", slow.text());
    }

    @Test
    void fullSocketStopsThePumpAndGoesOnWhereItStopped() {
        RecordingSink sink = new RecordingSink().room(3);
        StreamId stream = StreamId.random();
        Session session = hub.ask(query(stream), AFTER_30_S, PLAIN, sink, loop);
        step();
        text(stream, 0, "0123456789");
        step();
        assertEquals("012", sink.text());
        text(stream, 10, "abc");
        step();
        assertEquals(1, sink.writes, "nothing is tried while the socket is full");
        sink.room(4);
        session.writable();
        assertEquals("0123456", sink.text());
        end(stream, 13, Outcome.COMPLETED);
        step();
        sink.room(Integer.MAX_VALUE);
        session.writable();
        runIo();
        assertEquals("0123456789abc\n", sink.text());
        assertEquals("finished", sink.state);
    }

    @Test
    void socketThatFillsInTheEndIsFinishedLater() {
        RecordingSink sink = new RecordingSink().room(4);
        StreamId stream = StreamId.random();
        Session session = hub.ask(query(stream), AFTER_30_S, PLAIN, sink, loop);
        step();
        text(stream, 0, "full");
        end(stream, 4, Outcome.COMPLETED);
        step();
        assertEquals("open", sink.state);
        sink.room(1);
        session.writable();
        assertEquals("full\n", sink.text());
        assertEquals("finished", sink.state);
    }

    @Test
    void longTextIsPumpedInTurnsAndWhole() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        String text = "中文😀x".repeat(5_000);
        int bytes = 0;
        for (int i = 0; i < 60; i++) {
            text(stream, bytes, text);
            bytes += text.getBytes(StandardCharsets.UTF_8).length;
            producer.commit();
            hub.doWork();
        }
        end(stream, bytes, Outcome.COMPLETED);
        step();
        assertTrue(text.repeat(60).concat("\n").equals(sink.text()));
    }

    @Test
    void framesReadTwiceChangeNothing() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        text(stream, 0, "hello ");
        text(stream, 0, "hello ");
        text(stream, 3, "lo world");
        text(stream, 2, "l");
        end(stream, 11, Outcome.COMPLETED);
        end(stream, 11, Outcome.FAILED);
        step();
        assertEquals("hello world\n", sink.text());
        assertEquals("finished", sink.state);
    }

    @Test
    void holeInTheTextIsABrokenTransferNotAWrongText() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        text(stream, 0, "hello ");
        text(stream, 8, "rld");
        end(stream, 11, Outcome.COMPLETED);
        step();
        assertEquals("hello ", sink.text());
        assertEquals("aborted", sink.state);
    }

    @Test
    void missingTailIsABrokenTransferToo() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        text(stream, 0, "hello ");
        end(stream, 11, Outcome.COMPLETED);
        step();
        assertEquals("aborted", sink.state);
    }

    @Test
    void streamWithoutReadersIsCancelledAfterItsTime() {
        Session session = askSession(AFTER_30_S);
        session.gone();
        step();
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(30) - 1);
        step();
        assertEquals(List.of(), requests());
        nowNs.addAndGet(1);
        step();
        assertEquals(List.of(new Cancel(session.stream().id(), "nobody was reading")), requests());
    }

    @Test
    void policyDecidesWhetherAndWhenAStreamIsCancelled() {
        Session cancelled = askSession(DisconnectPolicy.parse("cancel"));
        Session continued = askSession(DisconnectPolicy.parse("continue"));
        cancelled.gone();
        continued.gone();
        nowNs.addAndGet(TimeUnit.DAYS.toNanos(1_000));
        step();
        assertEquals(List.of(new Cancel(cancelled.stream().id(), "nobody was reading")), requests());
    }

    @Test
    void streamThatEndsBeforeItsTimeIsNotCancelled() {
        Session session = askSession(AFTER_30_S);
        session.gone();
        step();
        end(session.stream().id(), 0, Outcome.COMPLETED);
        step();
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(31));
        step();
        assertEquals(List.of(), requests());
    }

    @Test
    void answersOfAnEarlierRunAreCancelledAfterTheirTime() {
        StreamId ended = StreamId.random();
        StreamId running = StreamId.random();
        producer.append(new Started(ended, 1, 0));
        producer.append(new Started(running, 1, 0));
        text(ended, 0, "x");
        end(ended, 1, Outcome.COMPLETED);
        producer.commit();
        hub.catchUp();
        step();
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(29));
        step();
        assertEquals(List.of(), requests());
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
        step();
        assertEquals(List.of(new Cancel(running, "nobody was reading")), requests());
    }

    @Test
    void answerThatStartsForNobodyIsCancelledToo() {
        StreamId stranger = StreamId.random();
        producer.append(new Started(stranger, 1, 0));
        step();
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(30));
        step();
        assertEquals(List.of(new Cancel(stranger, "nobody was reading")), requests());
    }

    @Test
    void answerThatGoesOnWithoutReadersIsCancelledWhenItCanGoNoFurther() {
        use("--ahead-bytes", "64KiB");
        Session session = askSession(DisconnectPolicy.parse("continue"));
        StreamId stream = session.stream().id();
        session.gone();
        text(stream, 0, "x".repeat(65_535));
        step();
        assertEquals(List.of(), requests());
        text(stream, 65_535, "x");
        text(stream, 65_536, "x");
        step();
        assertEquals(List.of(new Cancel(stream, "nobody was reading, and it was as far ahead as it may be")), requests());
    }

    @Test
    void readerOfAStuckAnswerThatLeavesLeavesACancel() {
        use("--ahead-bytes", "64KiB");
        Query query = query("q");
        Session session = hub.ask(query, DisconnectPolicy.parse("continue"), PLAIN, new RecordingSink().room(0), loop);
        step();
        text(query.stream(), 0, "x".repeat(65_536));
        step();
        requests();
        // What its socket had not taken was not read, so the credit may have gone up to it, and no further.
        text(query.stream(), 65_536, "x".repeat(65_536));
        step();
        requests();
        session.gone();
        step();
        assertEquals(1, requests().stream().filter(Cancel.class::isInstance).count());
    }

    @Test
    void brokenSocketIsAClientThatLeft() {
        RecordingSink sink = new RecordingSink();
        Query query = query("q");
        hub.ask(query, DisconnectPolicy.parse("cancel"), PLAIN, sink, loop);
        step();
        requests();
        sink.isBroken = true;
        text(query.stream(), 0, "x");
        step();
        step();
        assertEquals("aborted", sink.state);
        assertEquals(List.of(new Cancel(query.stream(), "nobody was reading")), requests());
    }

    @Test
    void clientThatLeavesTwiceLeavesOnce() {
        Session session = askSession(DisconnectPolicy.parse("cancel"));
        session.gone();
        session.gone();
        session.writable();
        step();
        step();
        assertEquals(1, requests().size());
    }

    @Test
    void oneQueryTooManyIsNotTakenUntilAnotherEnds() {
        StreamId first = ask(new RecordingSink());
        ask(new RecordingSink());
        ask(new RecordingSink());
        assertNull(hub.ask(query("q"), AFTER_30_S, PLAIN, new RecordingSink(), loop));
        assertTrue(hub.retryAfterS() >= 1);
        end(first, 0, Outcome.COMPLETED);
        step();
        assertNotNull(hub.ask(query("q"), AFTER_30_S, PLAIN, new RecordingSink(), loop));
        assertNull(hub.ask(query("q"), AFTER_30_S, PLAIN, new RecordingSink(), loop));
    }

    @Test
    void retryAfterFollowsHowOftenAnswersEnd() {
        assertEquals(1, hub.retryAfterS());
        for (int i = 0; i < 100; i++) {
            StreamId stream = ask(new RecordingSink());
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(5));
            end(stream, 0, Outcome.COMPLETED);
            step();
        }
        assertTrue(Math.abs(hub.retryAfterS() - 5) <= 1, hub.retryAfterS() + " s");
    }

    @Test
    void furthestReaderIsCreditedNowAndThen() {
        use("--ahead-bytes", "64KiB");
        StreamId stream = ask(new RecordingSink());
        String text = "x".repeat(10_000);
        for (int i = 0; i < 10; i++) {
            text(stream, i * 10_000, text);
            step();
        }
        List<Request> credits = requests();
        assertTrue(credits.size() >= 4 && credits.size() <= 6, credits.toString());
        assertTrue(credits.stream().allMatch(request -> request instanceof Credit credit && credit.stream().equals(stream)));
        assertTrue(((Credit) credits.getLast()).offset() >= 80_000);
    }

    @Test
    void readersFurthestBehindAreCutWhenTooMuchIsHeld() {
        use("--memory-bytes", "1MiB");
        RecordingSink stalled = new RecordingSink().room(0);
        RecordingSink healthy = new RecordingSink();
        StreamId slow = ask(stalled);
        StreamId fast = ask(healthy);
        String text = "x".repeat(50_000);
        for (int i = 0; i < 30; i++) {
            text(slow, i * 50_000, text);
            text(fast, i * 50_000, text);
            step();
        }
        assertEquals("aborted", stalled.state);
        assertEquals("open", healthy.state);
        assertEquals(30 * 50_000, healthy.text().length());
    }

    @Test
    void queryThatCannotBeStoredIsRefusedAndItsPlaceIsFree() {
        appender = new RequestAppender(new BrokenAppender());
        hub = new Hub(responses.tailer(), appender, Limits.of(Settings.of("--queries-max", "1")), AFTER_30_S, nowNs::get);
        for (int i = 0; i < 3; i++) {
            RecordingSink sink = new RecordingSink();
            assertNotNull(hub.ask(query("q"), AFTER_30_S, PLAIN, sink, loop));
            step();
            assertEquals("refused", sink.state);
        }
    }

    @Test
    void producerIsPresentWhileItsLeaseHolds() {
        assertFalse(hub.isProducerPresent());
        producer.append(new Lease(1, System.currentTimeMillis(), 3_000));
        step();
        assertTrue(hub.isProducerPresent());
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(3));
        assertFalse(hub.isProducerPresent());
        producer.append(new Lease(1, System.currentTimeMillis() - 60_000, 3_000));
        step();
        assertFalse(hub.isProducerPresent(), "a lease read late is as old as it is");
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

    private static Query query(String text) {
        return new Query(StreamId.random(), text, "", Map.of(), 0);
    }

    private static Query query(StreamId stream) {
        return new Query(stream, "q", "", Map.of(), 0);
    }

    /** Asks, and forgets the request that this made. */
    private StreamId ask(RecordingSink sink) {
        Query query = query("q");
        assertNotNull(hub.ask(query, AFTER_30_S, PLAIN, sink, loop));
        step();
        requests();
        return query.stream();
    }

    private Session askSession(DisconnectPolicy policy) {
        Session session = hub.ask(query("q"), policy, PLAIN, new RecordingSink(), loop);
        step();
        requests();
        return session;
    }

    private void text(StreamId stream, int offset, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        producer.append(new Text().set(stream.high(), stream.low(), offset, utf8, 0, utf8.length, 0));
    }

    private void end(StreamId stream, int offset, Outcome outcome) {
        producer.append(new End(stream, offset, outcome, "", new byte[End.SHA256_LENGTH], 0));
    }

    /** Runs everything until nothing is left to do. */
    private void step() {
        producer.commit();
        int work;
        do {
            work = appender.doWork() + hub.doWork() + runIo();
        } while (work > 0);
    }

    private int runIo() {
        int work = 0;
        for (Runnable task = ioTasks.poll(); task != null; task = ioTasks.poll()) {
            task.run();
            work++;
        }
        return work;
    }

    private List<Request> requests() {
        List<Request> read = new ArrayList<>();
        while (requestReader.poll(read::add, 64) > 0) {
            // Until the end.
        }
        return read;
    }
}
