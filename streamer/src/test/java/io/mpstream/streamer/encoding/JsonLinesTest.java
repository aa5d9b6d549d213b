package io.mpstream.streamer.encoding;

import static io.mpstream.streamer.encoding.Encoding.ID;
import static io.mpstream.streamer.encoding.Encoding.STREAM;
import static io.mpstream.streamer.encoding.Encoding.one;
import static io.mpstream.streamer.encoding.Encoding.written;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLinesTest {
    private static final Encoder LINES = new JsonLines();
    private static final Encoder SOCKET = new JsonLines("a\"1");
    private static final StreamStatus QUEUED = new StreamStatus(STREAM, StreamStatus.QUEUED, 0, 3, 1_200, false, 17_000);

    @Test
    void textIsALineWithTheOffsetAfterIt() {
        assertEquals("{\"text\":\"h\\u00e9\\\"\\\\\\n\",\"offset\":12}\n".replace("\\u00e9", "é"), one(LINES, "hé\"\\\n", 6, false));
        assertEquals("{\"text\":\"\\u0000\\u001b\\t\",\"offset\":3}\n", one(LINES, "\0\u001b\t", 0, false));
        assertEquals("{\"ref\":\"a\\\"1\",\"text\":\"x\",\"offset\":1}\n", one(SOCKET, "x", 0, false));
    }

    @Test
    void linesThatAreNoTextAreAsTheContractSays() {
        assertEquals("", written(out -> LINES.open(QUEUED, 0, out)));
        assertEquals("{\"ref\":\"a\\\"1\",\"stream\":\"" + ID + "\",\"state\":\"queued\",\"place\":3,\"offset\":9}\n", written(out -> SOCKET.open(QUEUED, 9, out)));
        assertEquals("{\"queued\":{\"place\":3,\"estimateMs\":1200}}\n", written(out -> LINES.queued(QUEUED, out)));
        assertEquals("{\"queued\":{\"place\":1,\"estimateMs\":null}}\n",
                written(out -> LINES.queued(new StreamStatus(STREAM, StreamStatus.QUEUED, 0, 1, StreamStatus.UNKNOWN, false, 0), out)));
        assertEquals("{\"started\":true}\n", written(out -> LINES.started(QUEUED, out)));
        assertEquals("{\"phase\":\"queued\",\"silentMs\":17000}\n", written(out -> LINES.heartbeat(QUEUED, out)));
        assertEquals("{\"ref\":\"a\\\"1\",\"phase\":\"queued\",\"silentMs\":17000}\n", written(out -> SOCKET.heartbeat(QUEUED, out)));
        assertEquals("{\"ref\":\"a\\\"1\",\"restarted\":{\"stream\":\"" + ID + "\"}}\n", written(out -> SOCKET.restarted(QUEUED, out)));
        assertEquals("{\"end\":{\"outcome\":\"cancelled\",\"offset\":42,\"sha256\":\"" + "00".repeat(32) + "\"}}\n",
                written(out -> LINES.end(new End(STREAM, 42, Outcome.CANCELLED, "why", new byte[32], 0, Notes.NONE), out)));
        assertEquals("{\"end\":{\"outcome\":\"failed\",\"offset\":42,\"detail\":\"why\"}}\n",
                written(out -> LINES.end(new End(STREAM, 42, Outcome.FAILED, "why", new byte[32], 0, Notes.NONE), out)));
        Notes notes = Notes.NONE.with("output_tokens", "7").with("finish_reason", "a\"b");
        assertEquals("{\"end\":{\"outcome\":\"completed\",\"offset\":42,\"sha256\":\"" + "00".repeat(32)
                + "\",\"notes\":{\"output_tokens\":\"7\",\"finish_reason\":\"a\\\"b\"}}}\n",
                written(out -> LINES.end(new End(STREAM, 42, Outcome.COMPLETED, "", new byte[32], 0, notes), out)));
    }

    @Test
    void whatAClientRebuildsIsTheTextFromAnyCutOn() {
        Encoding.fromAnyCutOn((utf8, first, size, random, seed) -> {
            long offset = first;
            StringBuilder text = new StringBuilder();
            for (String line : Encoding.encode(LINES, utf8, first, size, random).split("\n")) {
                JsonNode object = JsonMapper.shared().readTree(line);
                String piece = object.get("text").stringValue();
                text.append(piece);
                offset += piece.getBytes(StandardCharsets.UTF_8).length;
                assertEquals(offset, object.get("offset").longValue(), seed);
            }
            assertEquals(new String(utf8, first, utf8.length - first, StandardCharsets.UTF_8), text.toString(), seed);
        });
    }
}
