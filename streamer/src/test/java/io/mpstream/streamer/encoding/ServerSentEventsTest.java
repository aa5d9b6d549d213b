package io.mpstream.streamer.encoding;

import static io.mpstream.streamer.encoding.Encoding.ID;
import static io.mpstream.streamer.encoding.Encoding.STREAM;
import static io.mpstream.streamer.encoding.Encoding.one;
import static io.mpstream.streamer.encoding.Encoding.written;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ServerSentEventsTest {
    private static final Encoder LINES = new ServerSentEvents(false);
    private static final Encoder JSON = new ServerSentEvents(true);

    @Test
    void textIsAnEventWithoutANameWhoseIdIsTheOffsetAfterIt() {
        assertEquals("id: " + ID + ":8\ndata: héllo\n\n", one(LINES, "héllo", 2, false));
        assertEquals("id: " + ID + ":8\ndata: {\"text\":\"héllo\"}\n\n", one(JSON, "héllo", 2, false));
    }

    @Test
    void everyLineEndIsALineOfData() {
        assertEquals("id: " + ID + ":9\ndata: a\ndata: b\ndata: c\ndata: \ndata: d\n\n", one(LINES, "a\nb\rc\r\n\nd", 0, false));
        assertEquals("id: " + ID + ":1\ndata: \ndata: \n\n", one(LINES, "\n", 0, false));
        assertEquals("id: " + ID + ":9\ndata: {\"text\":\"a\\nb\\rc\\r\\n\\nd\"}\n\n", one(JSON, "a\nb\rc\r\n\nd", 0, false));
    }

    @Test
    void lineEndThatIsCutInTheMiddleIsOne() {
        assertEquals("id: " + ID + ":2\ndata: a\ndata: \n\n", one(LINES, "a\r", 0, false));
        assertEquals("id: " + ID + ":4\ndata: b\n\n", one(LINES, "\nb", 2, true));
        assertEquals("", one(LINES, "\n", 2, true));
    }

    @Test
    void nothingInATextBecomesAField() {
        assertEquals("id: " + ID + ":18\ndata: x\ndata: \ndata: event: end\ndata: \n\n", one(LINES, "x\n\nevent: end\r\n", 3, false));
        assertEquals("id: " + ID + ":11\ndata:  id: \0\ufeff\n\n", one(LINES, " id: \0\ufeff", 2, false));
    }

    @Test
    void eventsThatAreNoTextAreAsTheContractSays() {
        StreamStatus queued = new StreamStatus(STREAM, StreamStatus.QUEUED, 7, 3, 1_200, false, 0);
        assertEquals("retry: 1000\n: mpstream\nid: " + ID + ":7\nevent: begin\ndata: {}\n\n", written(out -> LINES.open(queued, 7, out)));
        assertEquals("event: queued\ndata: {\"place\":3,\"estimateMs\":1200}\n\n", written(out -> LINES.queued(queued, out)));
        assertEquals("event: started\ndata: {}\n\n", written(out -> LINES.started(queued, out)));
        assertEquals("id: " + ID + ":0\nevent: restarted\ndata: {\"stream\":\"" + ID + "\"}\n\n", written(out -> LINES.restarted(queued, out)));
        assertEquals("id: " + ID + ":42:end\nevent: end\ndata: {\"outcome\":\"completed\",\"offset\":42,\"sha256\":\"" + "00".repeat(32) + "\"}\n\n",
                written(out -> LINES.end(new End(STREAM, 42, Outcome.COMPLETED, "", new byte[32], 0, Notes.NONE), out)));
        assertEquals("id: " + ID + ":42:end\nevent: failed\ndata: {\"detail\":\"no\\nmodel\"}\n\n",
                written(out -> LINES.end(new End(STREAM, 42, Outcome.FAILED, "no\nmodel", new byte[32], 0, Notes.NONE), out)));
        assertEquals("id: " + ID + ":42:end\nevent: failed\ndata: {\"detail\":\"no\",\"notes\":{\"model\":\"m\"}}\n\n",
                written(out -> LINES.end(new End(STREAM, 42, Outcome.FAILED, "no", new byte[32], 0, Notes.NONE.with("model", "m")), out)));
    }

    @Test
    void heartbeatsNameThePhaseAndTheSilence() {
        assertEquals(": queued\n\n", written(out -> LINES.heartbeat(new StreamStatus(STREAM, StreamStatus.QUEUED, 0, 1, 0, false, 15_000), out)));
        assertEquals(": started\n\n", written(out -> LINES.heartbeat(new StreamStatus(STREAM, StreamStatus.STARTED, 0, 0, 0, false, 15_000), out)));
        assertEquals(": silent 17s\n\n", written(out -> LINES.heartbeat(new StreamStatus(STREAM, StreamStatus.STARTED, 9, 0, 0, true, 17_900), out)));
    }

    @Test
    void longestDetailFits() {
        String detail = "\u0001".repeat(1_000);
        assertTrue(written(out -> LINES.end(new End(STREAM, 1, Outcome.FAILED, detail, new byte[32], 0, Notes.NONE), out)).contains("\\u0001"));
    }

    @Test
    void whatAClientRebuildsIsTheTextFromAnyCutOn() {
        Encoding.fromAnyCutOn((utf8, first, size, random, seed) -> {
            assertEquals(Encoding.linesFrom(utf8, first), Encoding.lines(parse(Encoding.encode(LINES, utf8, first, size, random), false)), seed);
            assertEquals(new String(utf8, first, utf8.length - first, StandardCharsets.UTF_8), parse(Encoding.encode(JSON, utf8, first, size, random), true), seed);
        });
    }

    /** As the HTML standard says (section 9.2.6), strictly for what this encoder may write. */
    private static String parse(String stream, boolean isJson) {
        StringBuilder text = new StringBuilder();
        for (String event : stream.split("\n\n")) {
            StringBuilder data = new StringBuilder();
            for (String line : event.split("\n", -1)) {
                if (line.startsWith("data: ")) {
                    data.append(line.substring(6)).append('\n');
                } else {
                    assertTrue(line.startsWith("id: " + ID), line);
                }
            }
            String whole = data.substring(0, data.length() - 1);
            text.append(isJson ? JsonMapper.shared().readTree(whole).get("text").stringValue() : whole);
        }
        return text.toString();
    }
}
