package io.mpstream.streamer.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.json.Json;
import io.mpstream.streamer.json.LineEscapes;
import io.mpstream.streamer.json.Problem;
import io.mpstream.streamer.json.StreamPage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** JSON is one line to whoever reads lines: also to those who take more characters for a line's end than LF. */
class OneLineTest {
    /** Where Python's {@code str.splitlines} splits, and what else is a control character. */
    private static final String ODD = "a\n\r\u000b\f\u001c\u001d\u001e\u007f\u0080\u0085\u009b\u009f\u2028\u2029b";
    private static final String ESCAPED = "a\\n\\r\\u000b\\f\\u001c\\u001d\\u001e\\u007f\\u0080\\u0085\\u009b\\u009f\\u2028\\u2029b";
    /** Their neighbours, which stay as they are. */
    private static final String NEAR = "~\u00a0\u00bf\u00c2\u00e2\u2000\u2027\u202a\u2068\u20ac\u1028\u3028😀";

    @Test
    void textIsOneLine() {
        assertEquals("{\"text\":\"" + ESCAPED + "\",\"offset\":" + bytes(ODD) + "}\n", Encoding.one(new JsonLines(), ODD, 0, false));
        assertTrue(Encoding.one(new ServerSentEvents(true), ODD, 0, false).contains("\"" + ESCAPED + "\""));
        assertEquals("{\"text\":\"" + NEAR + "\",\"offset\":" + bytes(NEAR) + "}\n", Encoding.one(new JsonLines(), NEAR, 0, false));
        for (String each : ODD.split("")) {
            assertTrue(Encoding.one(new JsonLines(), each, 0, false).length() > "{\"text\":\"\",\"offset\":1}\n".length());
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void allElseIsOneLine() {
        End failed = new End(Encoding.STREAM, 1, Outcome.FAILED, ODD, new byte[32], 0, Notes.NONE);
        List<String> said = List.of(Encoding.written(out -> new JsonLines(ODD).end(failed, out)), Encoding.written(out -> new ServerSentEvents(false).end(failed, out)),
                utf8(new Problem(400, "no", ODD, null).json()), utf8(new Problem(400, "no", ODD, null).message(ODD)), utf8(Json.bytes(Map.of("token", ODD))),
                utf8(Json.bytes(new StreamPage(List.of(new StreamPage.Entry("", ODD, ODD, "started", 0, Instant.EPOCH, null, null)), null))),
                Encoding.one(new JsonLines(ODD), "x", 0, false));
        for (String each : said) {
            assertTrue(each.toLowerCase(Locale.ROOT).contains(ESCAPED), each);
            assertTrue(each.codePoints().noneMatch(c -> c != '\n' && c < 0x20 || LineEscapes.isEscaped(c)), each);
        }
        String json = said.getFirst();
        assertEquals(ODD, JsonMapper.shared().readTree(json).get("end").get("detail").stringValue());
    }

    @Test
    void auditIsOneLine() {
        Notes notes = Notes.NONE;
        for (int i = 0; i < Notes.COUNT_MAX; i++) {
            notes = notes.with("n" + i, "\u2028".repeat(Notes.VALUE_LENGTH_MAX));
        }
        ByteBuffer out = ByteBuffer.allocate(AuditLine.bytesMax(ODD, notes));
        new AuditLine().put(new End(Encoding.STREAM, 1, Outcome.COMPLETED, "", new byte[32], 0, notes), ODD, "4bf92f3577b34da6a3ce929d0e0e4736", 0, 0, out);
        String line = new String(out.array(), 0, out.position(), StandardCharsets.UTF_8);
        assertTrue(line.startsWith("{\"user\":\"" + ESCAPED + "\""), line);
        assertEquals(1, line.lines().count());
        assertEquals("\u2028".repeat(Notes.VALUE_LENGTH_MAX), JsonMapper.shared().readTree(line).get("notes").get("n7").stringValue());
    }

    @Test
    void whatGrowsFits() {
        for (String each : List.of("\u2028", "\u0085", "\u007f", "\u2028a", "é\u2029", "\u00a0\u0085")) {
            byte[] utf8 = each.repeat(20_000).getBytes(StandardCharsets.UTF_8);
            for (int spare = 0; spare < 8; spare++) {
                ByteBuffer out = ByteBuffer.allocate(Encoder.EVENT_BYTES_MAX + spare);
                int taken = new JsonLines().text(new Piece().set(Encoding.STREAM, 0, utf8, 0, utf8.length, false, true), out);
                String line = new String(out.array(), 0, out.position(), StandardCharsets.UTF_8);
                assertEquals(new String(utf8, 0, taken, StandardCharsets.UTF_8), JsonMapper.shared().readTree(line).get("text").stringValue());
                assertTrue(out.remaining() < 100, each + " leaves " + out.remaining());
            }
        }
    }
}
