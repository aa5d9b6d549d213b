package io.mpstream.streamer.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Any text, cut into any pieces, for buffers of any size: a plain client rebuilds it, from the start and from any place that it was told. */
class EncoderFuzzTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What a client got of the text, and to which offset it was told that this reaches; -1 if it was not. */
    private record Part(String text, long offset) {
    }

    @Test
    void plainTextIsTheText() {
        check(new PlainText(), bytes -> List.of(new Part(new String(bytes, StandardCharsets.UTF_8), -1)), text -> text);
        check(new Chunked(new PlainText(), true), bytes -> List.of(new Part(String.join("", chunks(bytes)), -1)), text -> text);
    }

    @Test
    void aChunkIsACodePoint() {
        check(new CharacterChunks(), bytes -> chunks(bytes).stream().map(chunk -> {
            assertEquals(1, chunk.codePointCount(0, chunk.length()));
            return new Part(chunk, -1);
        }).toList(), text -> text);
    }

    @Test
    void aChunkIsAGrapheme() {
        Fuzz.run(fuzz -> {
            String text = fuzz.text(80);
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            List<String> chunks = chunks(encode(new GraphemeChunks(), utf8, 0, fuzz));
            assertEquals(graphemes(text), chunks);
        });
    }

    private static List<String> graphemes(String text) {
        BreakIterator breaks = BreakIterator.getCharacterInstance(Locale.ROOT);
        breaks.setText(text);
        List<String> graphemes = new ArrayList<>();
        int from = breaks.first();
        for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
            graphemes.add(text.substring(from, to));
            from = to;
        }
        return graphemes;
    }

    @Test
    void linesOfJsonAreTheText() {
        check(new JsonLines(), EncoderFuzzTest::lines, text -> text);
        check(new JsonLines("a \" ref"), EncoderFuzzTest::lines, text -> text);
        check(new Chunked(new JsonLines(), false), bytes -> lines(String.join("", chunks(bytes)).getBytes(StandardCharsets.UTF_8)), text -> text);
    }

    private static List<Part> lines(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).lines().map(line -> {
            JsonNode object = JSON.readTree(line);
            return new Part(object.get("text").stringValue(), object.get("offset").longValue());
        }).toList();
    }

    @Test
    void eventsAreTheText() {
        // A line holds no CR: CR and CRLF are LF.
        check(new ServerSentEvents(false), bytes -> events(bytes, data -> data), text -> text.replace("\r\n", "\n").replace('\r', '\n'));
        check(new ServerSentEvents(true), bytes -> events(bytes, data -> JSON.readTree(data).get("text").stringValue()), text -> text);
    }

    /** As the HTML standard has clients read an event stream (section 9.2.6). */
    private static List<Part> events(byte[] bytes, Function<String, String> content) {
        List<Part> parts = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        String id = "";
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\r\n|\r|\n", -1)) {
            int colon = line.indexOf(':');
            if (line.isEmpty() && !data.isEmpty()) {
                data.setLength(data.length() - 1);
                parts.add(new Part(content.apply(data.toString()), Long.parseLong(id.substring(id.indexOf(':') + 1))));
                data.setLength(0);
            } else if (colon > 0) {
                String value = line.substring(line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
                switch (line.substring(0, colon)) {
                    case "data" -> data.append(value).append('\n');
                    case "id" -> id = value;
                    default -> throw new AssertionError("a field that has no business here: " + line);
                }
            } else if (!line.isEmpty()) {
                throw new AssertionError("a line without a field: " + line);
            }
        }
        return parts;
    }

    private static void check(Encoder encoder, Function<byte[], List<Part>> client, Function<String, String> expected) {
        Fuzz.run(fuzz -> {
            String text = fuzz.oneIn(100) ? fuzz.text(40).repeat(400) : fuzz.text(60);
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            List<Part> parts = client.apply(encode(encoder, utf8, 0, fuzz));
            assertEquals(expected.apply(text), rebuilt(parts));
            if (!parts.isEmpty() && parts.getFirst().offset >= 0) {
                // It comes back with an id that it was given, and gets the rest.
                int at = fuzz.upTo(parts.size() - 1);
                List<Part> all = new ArrayList<>(parts.subList(0, at + 1));
                all.addAll(client.apply(encode(encoder, utf8, Math.toIntExact(parts.get(at).offset), fuzz)));
                assertEquals(expected.apply(text), rebuilt(all), "from " + parts.get(at));
                assertEquals(utf8.length, all.getLast().offset + (text.endsWith("\r\n") ? utf8.length - all.getLast().offset : 0));
            }
        });
    }

    private static String rebuilt(List<Part> parts) {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.text));
        return text.toString();
    }

    /** Encodes a text from an offset on, as it comes, with a buffer of another size each time. */
    private static byte[] encode(Encoder encoder, byte[] utf8, int first, Fuzz fuzz) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Piece piece = new Piece();
        int at = first;
        int ready = first;
        int idle = 0;
        while (at < utf8.length) {
            ready = Math.max(ready, Utf8.cut(utf8, at, Math.min(utf8.length, at + 1 + fuzz.upTo(fuzz.oneIn(10) ? 5_000 : 12)), utf8.length));
            if (ready == at) {
                ready = at + Utf8.length(utf8[at]);
            }
            ByteBuffer out = fuzz.oneIn(2) ? ByteBuffer.allocate(Encoder.EVENT_BYTES_MAX + fuzz.upTo(200)) : ByteBuffer.allocateDirect(Encoder.EVENT_BYTES_MAX);
            // A piece lies anywhere in a larger array, whose other bytes are none of the encoder's business.
            int before = fuzz.upTo(5);
            byte[] array = new byte[before + ready - at + fuzz.upTo(5)];
            Arrays.fill(array, (byte) 0x80);
            System.arraycopy(utf8, at, array, before, ready - at);
            int taken = encoder.text(piece.set(Encoding.STREAM, at, array, before, before + ready - at, at > 0 && utf8[at - 1] == '\r', ready == utf8.length), out);
            assertTrue(taken >= 0 && taken <= ready - at);
            at += taken;
            idle = taken > 0 || ready < utf8.length ? 0 : idle + 1;
            assertTrue(idle < 2, "no progress");
            requireWholeCharacters(utf8, first, at);
            byte[] bytes = new byte[out.flip().remaining()];
            out.get(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private static void requireWholeCharacters(byte[] utf8, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8, from, to - from));
        } catch (CharacterCodingException e) {
            throw new AssertionError("a character is cut at " + to, e);
        }
    }

    /** As RFC 9112 has clients read chunks (section 7.1.3). */
    private static List<String> chunks(byte[] bytes) {
        List<String> chunks = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int lineEnd = at;
            while (bytes[lineEnd] != '\r') {
                lineEnd++;
            }
            assertEquals('\n', bytes[lineEnd + 1]);
            int length = Integer.parseInt(new String(bytes, at, lineEnd - at, StandardCharsets.US_ASCII), 16);
            assertTrue(length > 0, "the last chunk, too early");
            chunks.add(new String(bytes, lineEnd + 2, length, StandardCharsets.UTF_8));
            at = lineEnd + 2 + length;
            assertEquals('\r', bytes[at]);
            assertEquals('\n', bytes[at + 1]);
            at += 2;
        }
        return chunks;
    }
}
