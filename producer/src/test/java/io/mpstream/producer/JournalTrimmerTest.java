package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Retention;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Running;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is kept for readers that come later, while older files leave. */
class JournalTrimmerTest {
    private static final Retention NOTHING = new Retention(Duration.ZERO, 0);

    private final Bench bench = new Bench();

    private JournalTrimmer trimmer(boolean isOnDisk) {
        return trimmer(isOnDisk, NOTHING);
    }

    private JournalTrimmer trimmer(boolean isOnDisk, Retention kept) {
        return new JournalTrimmer(bench.requests, bench.responses, new Checkpoint(null), kept, bench.dispatcher, bench.room, isOnDisk);
    }

    /** The frames of this stream that are left: where they stand, and how much they say. */
    private List<String> left(StreamId stream) {
        List<String> left = new ArrayList<>();
        try (Tailer<Frame> tailer = bench.responses.tailer()) {
            tailer.poll(frame -> {
                if (frame instanceof Text text && text.streamHigh() == stream.high() && text.streamLow() == stream.low()) {
                    left.add(text.offset() + "+" + text.length());
                } else if (frame instanceof Started started && started.stream().equals(stream)) {
                    left.add("started");
                } else if (frame instanceof Running running && running.query().stream().equals(stream)) {
                    left.add("running at " + running.offset());
                }
            }, Integer.MAX_VALUE);
        }
        return left;
    }

    /** One that has said so much, and has run for so long that this is said. */
    private StreamId running(int units) {
        bench.run(Telling.upTo(units), 2);
        StreamId stream = bench.ask("abc");
        bench.until(() -> bench.hasStarted(stream) && bench.text(stream).length() == units);
        pass(Answer.SAY_EVERY_NS);
        pass(ServingLease.EVERY_NS);
        assertEquals(1, bench.running().size());
        return stream;
    }

    private void pass(long ns) {
        bench.nowNs.addAndGet(ns);
        bench.step();
        bench.step();
    }

    /** Others are asked and answered, the time between two rounds passes, and what may leave leaves. */
    private void live(JournalTrimmer trimmer) {
        pass(Answer.SAY_EVERY_NS);
        bench.end(bench.ask(Telling.AT_ONCE));
        bench.step();
        trimmer.round();
    }

    @Test
    void frameOfALongAnswerIsLeftHoweverLongItIsSilent() {
        assertFrameIsLeft(2);
    }

    @Test
    void frameIsLeftOfOneThatHasSaidNothingAtAll() {
        assertFrameIsLeft(0);
    }

    private void assertFrameIsLeft(int units) {
        StreamId stream = running(units);
        JournalTrimmer trimmer = trimmer(true);
        long first = bench.responses.first();
        for (int i = 0; i < 10; i++) {
            live(trimmer);
            assertTrue(!left(stream).isEmpty(), "round " + i);
        }
        bench.step();
        assertTrue(left(stream).contains("running at " + units), left(stream).toString());
        assertTrue(!left(stream).contains("started"));
        assertTrue(left(stream).size() <= 3, "what was said again leaves too: " + left(stream));
        assertTrue(bench.responses.first() > first);
        assertEquals(units, bench.text(stream).length());
    }

    @Test
    void textLeavesUpToWhereItWasSaidLastThatTheAnswerRuns() {
        Telling telling = new Telling();
        bench.run(telling, 2);
        bench.end(bench.ask(Telling.AT_ONCE));
        StreamId stream = bench.ask("abcdefgh");
        bench.until(() -> bench.hasStarted(stream));
        pass(Answer.SAY_EVERY_NS);
        JournalTrimmer trimmer = trimmer(true);
        for (int i = 1; i < 8; i++) {
            int units = i;
            telling.permits.release();
            bench.until(() -> bench.text(stream).length() == units);
            live(trimmer);
        }
        assertTrue(left(stream).contains("running at 7"), left(stream).toString());
        assertTrue(left(stream).size() <= 4, left(stream).toString());
    }

    @Test
    void longAnswerThatANextRunGoesOnWithIsSaidToRunBeforeAnythingLeaves() {
        StreamId stream = running(2);
        Telling next = new Telling();
        bench.run(next, 2, bench.positions());
        bench.until(() -> next.resumed.size() == 1);
        JournalTrimmer trimmer = trimmer(true);
        for (int i = 0; i < 5; i++) {
            live(trimmer);
            assertTrue(!left(stream).isEmpty());
        }
        bench.step();
        assertTrue(left(stream).contains("running at 2"));
        next.permits.release(1_000);
        bench.end(stream);
        assertEquals("abc", bench.text(stream));
    }

    @Test
    void whatIsSaidIsOfTheTimeOfTheLastText() {
        StreamId stream = running(2);
        JournalTrimmer trimmer = trimmer(true, new Retention(Duration.ofDays(1), 1L << 40));
        for (int i = 0; i < 6; i++) {
            live(trimmer);
        }
        bench.step();
        long[] lastTextMs = {0};
        List<Long> saidMs = new ArrayList<>();
        try (Tailer<Frame> tailer = bench.responses.tailer()) {
            tailer.poll(frame -> {
                if (frame instanceof Text text && text.streamLow() == stream.low()) {
                    lastTextMs[0] = text.atMs();
                } else if (frame instanceof Running running && running.query().stream().equals(stream)) {
                    saidMs.add(running.atMs());
                }
            }, Integer.MAX_VALUE);
        }
        assertTrue(saidMs.size() >= 6, saidMs.toString());
        assertEquals(Set.of(lastTextMs[0]), Set.copyOf(saidMs));
    }

    @Test
    void nothingIsKeptInJournalsThatNobodyReadsLater() {
        StreamId stream = running(2);
        JournalTrimmer trimmer = trimmer(false);
        for (int i = 0; i < 5; i++) {
            live(trimmer);
        }
        bench.step();
        assertEquals(List.of(), left(stream));
    }
}
