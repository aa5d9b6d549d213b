package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.Grant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How frames become what clients get. */
class HubTest extends HubBench {
    @Test
    void headIsSentWhenTheQueryIsInTheJournalAndBeforeAnyText() {
        RecordingSink sink = new RecordingSink();
        Query query = query("q");
        ask(query, sink);
        assertEquals(List.of(), requests());
        assertEquals(0, sink.flushes, "not in the journal yet");
        linger();
        assertEquals(List.of(query), requests());
        assertEquals(1, sink.flushes);
        assertEquals("", sink.text());
    }

    @Test
    void headRidesWithATextThatComesAtOnce() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        assertEquals(0, sink.flushes);
        producer.append(new Started(stream, 1, Journal.START, 0));
        text(stream, 0, "text");
        end(stream, 4, Outcome.COMPLETED);
        step();
        assertEquals("text\n", sink.text());
        assertEquals(1, sink.writes);
        linger();
        assertEquals("finished", sink.state);
        assertEquals(1, sink.writes);
    }

    @Test
    void startWithoutTextIsToldWhenTheHeadHasWaited() {
        RecordingSink sink = new RecordingSink();
        Query query = query("q");
        hub.ask(query, FollowOptions.WHOLE, Grant.OPEN, new ServerSentEvents(false), sink, loop);
        step();
        started(query.stream());
        step();
        assertEquals("", sink.text());
        linger();
        assertTrue(sink.text().contains("event: started"), sink.text());
        assertEquals(1, sink.writes);
    }

    @Test
    void queriesOfARoundAreOneEntry() {
        for (int i = 0; i < 3; i++) {
            ask(query("q"), new RecordingSink());
        }
        long before = requests.end();
        runIo();
        assertEquals(before + 1, requests.end());
        assertEquals(3, requests().size());
    }

    @Test
    void textArrivesAsItComesThenTheEnd() {
        RecordingSink sink = new RecordingSink();
        StreamId stream = ask(sink);
        producer.append(new Started(stream, 1, Journal.START, 0));
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
        text(StreamId.mint(), 0, "somebody else's");
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
        StreamId slowStream = StreamId.mint();
        Session session = ask(query(slowStream), slow);
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
        StreamId stream = StreamId.mint();
        Session session = ask(query(stream), sink);
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
        StreamId stream = StreamId.mint();
        Session session = ask(query(stream), sink);
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
}
