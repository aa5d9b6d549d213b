package io.mpstream.streamer.dialect;

import static io.mpstream.streamer.encoding.Encoding.STREAM;
import static io.mpstream.streamer.encoding.Encoding.one;
import static io.mpstream.streamer.encoding.Encoding.written;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Encoding;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.encoding.StreamStatus;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients of Durable Streams get as events, and the offsets and cursors that they are told. */
class DurableEventsTest {
    /** Later than any time that a test runs at. */
    private static final long CURSOR = 99_999_999_999L;
    private static final String TOLD = "\",\"streamCursor\":\"" + CURSOR + "\"";

    private static Encoder events(long watermark) {
        return new DurableEvents(() -> watermark, CURSOR);
    }

    @Test
    void textIsAnEventAndTheNextOneSaysWhereTheClientIs() {
        assertEquals("event: data\ndata:héllo\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000008" + TOLD + "}\n\n", one(events(9), "héllo", 2, false));
        assertEquals("event: data\ndata:héllo\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000008" + TOLD + ",\"upToDate\":true}\n\n",
                one(events(8), "héllo", 2, false));
    }

    @Test
    void spaceThatBeginsALineIsKept() {
        assertTrue(one(events(9), " a\n b\nc", 0, false).startsWith("event: data\ndata:  a\ndata:  b\ndata:c\n\n"));
    }

    @Test
    void nothingInATextBecomesAFieldOrAnEvent() {
        assertTrue(one(events(99), "x\n\nevent: control\r\rdata: {}", 0, false).startsWith("event: data\ndata:x\ndata:\ndata:event: control\ndata:\ndata:data: {}\n\nevent: control\n"));
        assertEquals("", one(events(3), "\n", 2, true), "the other half of a line end");
    }

    @Test
    void streamWithNothingMoreYetSaysSoAtOnce() {
        StreamStatus started = new StreamStatus(STREAM, StreamStatus.STARTED, 7, 0, 0, true, 0);
        assertEquals("event: control\ndata:{\"streamNextOffset\":\"0000000000000007" + TOLD + ",\"upToDate\":true}\n\n", written(out -> events(7).open(started, 7, out)));
        assertEquals("", written(out -> events(7).open(started, 3, out)), "text follows");
        assertEquals("", written(out -> events(7).open(new StreamStatus(STREAM, "completed", 7, 0, 0, true, 0), 7, out)), "the end follows");
        assertEquals(": started\n\n", written(out -> events(7).heartbeat(started, out)));
    }

    @Test
    void onlyAStreamThatCompletedIsClosed() {
        assertEquals("event: control\ndata:{\"streamNextOffset\":\"0000000000000042\",\"upToDate\":true,\"streamClosed\":true}\n\n", written(out -> events(42).end(end(Outcome.COMPLETED), out)));
        assertEquals("", written(out -> events(42).end(end(Outcome.FAILED), out)));
        assertEquals("", written(out -> events(42).end(end(Outcome.CANCELLED), out)));
        assertEquals("", written(out -> events(42).interrupted(Interruption.DRAINING, 42, 1_000, out)));
        assertEquals("", written(out -> new DurableText().end(end(Outcome.COMPLETED), out)), "a body has text alone");
        assertEquals("héllo", one(new DurableText(), "héllo", 2, false));
    }

    private static End end(Outcome outcome) {
        return new End(STREAM, 42, outcome, "", new byte[32], 0, Notes.NONE);
    }

    @Test
    void whatAClientRebuildsIsTheTextFromAnyCutOn() {
        Encoding.fromAnyCutOn((utf8, first, size, random, seed) ->
                assertEquals(Encoding.linesFrom(utf8, first), parse(Encoding.encode(events(utf8.length), utf8, first, size, random), utf8.length), seed));
    }

    /** As the HTML standard says (section 9.2.6), strictly for what this encoder may write. */
    private static String parse(String stream, int length) {
        StringBuilder text = new StringBuilder();
        String last = "";
        for (String event : stream.split("\n\n")) {
            String[] lines = event.split("\n", -1);
            if (lines[0].equals("event: control")) {
                JsonNode control = JsonMapper.shared().readTree(lines[1].substring("data:".length()));
                String next = control.get("streamNextOffset").stringValue();
                assertTrue(next.compareTo(last) > 0, next);
                assertEquals(Long.parseLong(next) == length, control.has("upToDate"));
                last = next;
                continue;
            }
            assertEquals("event: data", lines[0]);
            for (int i = 1; i < lines.length; i++) {
                assertTrue(lines[i].startsWith("data:"), lines[i]);
                String value = lines[i].substring("data:".length());
                text.append(i > 1 ? "\n" : "").append(value.startsWith(" ") ? value.substring(1) : value);
            }
        }
        return text.toString();
    }

    @Test
    void offsetsCompareAsStrings() {
        assertEquals("0000000000000000", DurableOffset.of(0));
        assertEquals("0000000000000147", DurableOffset.of(147));
        assertEquals("9999999999999999", DurableOffset.of(9_999_999_999_999_999L));
        assertEquals("0000000000000147", written(out -> DurableOffset.put(147, out)));
    }

    @Test
    void cursorsAreNumbersOfTwentySecondsAndGreaterThanTheLast() {
        long startMs = 1_728_432_000_000L;
        assertEquals(0, DurableCursor.after(-1, startMs));
        assertEquals(1_000, DurableCursor.after(-1, startMs + 20_000_999));
        assertEquals(1_000, DurableCursor.after(999, startMs + 20_000_999));
        for (long last : new long[] {1_000, 1_001, 5_000_000}) {
            long next = DurableCursor.after(last, startMs + 20_000_999);
            assertTrue(next > last && next <= last + 180, next + " after " + last);
        }
    }
}
