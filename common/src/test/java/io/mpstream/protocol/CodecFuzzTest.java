package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import io.mpstream.journal.Codec;
import io.mpstream.journal.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records of all kinds survive their bytes; bytes of all kinds are a record or are malformed. */
class CodecFuzzTest {
    @Test
    void requestsAreWhatTheyWere() {
        Fuzz.run(fuzz -> {
            Request request = request(fuzz);
            byte[] bytes = bytes(new RequestCodec(), request, fuzz);
            ByteBuffer in = within(bytes, fuzz);
            assertEquals(request, new RequestCodec().decode(in));
            assertEquals(0, in.remaining());
        });
    }

    @Test
    void framesAreWhatTheyWere() {
        FrameCodec codec = new FrameCodec();
        Fuzz.run(fuzz -> {
            Frame frame = frame(fuzz);
            ByteBuffer in = within(bytes(codec, frame, fuzz), fuzz);
            Frame read = codec.decode(in);
            assertEquals(0, in.remaining());
            if (frame instanceof Text text) {
                Text other = assertInstanceOf(Text.class, read);
                assertEquals(text.toString(), other.toString());
                assertEquals(text.atMs(), other.atMs());
                assertArrayEquals(utf8(text), utf8(other));
            } else {
                assertEquals(frame, read);
            }
        });
    }

    @Test
    void changedBytesAreARecordOrMalformed() {
        Fuzz.run(fuzz -> {
            assertDecodesOrRefuses(new RequestCodec(), within(fuzz.mutate(bytes(new RequestCodec(), request(fuzz), fuzz)), fuzz));
            assertDecodesOrRefuses(new FrameCodec(), within(fuzz.mutate(bytes(new FrameCodec(), frame(fuzz), fuzz)), fuzz));
        });
    }

    @Test
    void anyBytesAreARecordOrMalformed() {
        Fuzz.run(fuzz -> {
            byte[] bytes = fuzz.bytes(100);
            for (int type = 0; type <= 7; type++) {
                if (bytes.length > 1) {
                    bytes[0] = (byte) (1 + fuzz.upTo(1));
                    bytes[1] = (byte) type;
                }
                assertDecodesOrRefuses(new RequestCodec(), within(bytes, fuzz));
                assertDecodesOrRefuses(new FrameCodec(), within(bytes, fuzz));
            }
        });
    }

    /** What it decodes lies within what it was given, and says nothing that is not there. */
    private static <T> void assertDecodesOrRefuses(Codec<T> codec, ByteBuffer in) {
        int start = in.position();
        Fuzz.refuses(MalformedRecordException.class, () -> {
            T record = codec.decode(in);
            assertTrue(in.position() > start);
            if (record instanceof Text text) {
                assertTrue(text.from() - in.arrayOffset() >= start && text.from() + text.length() == in.arrayOffset() + in.position(), text::toString);
            }
            byte[] again = new byte[codec.sizeMax(record)];
            // Malformed UTF-8 of a name becomes U+FFFD, and longer: it is a record all the same.
            codec.encode(record, ByteBuffer.wrap(again));
        });
    }

    @Test
    void streamIdsAreReadAsTheyAreWrittenAndNothingElseIs() {
        Fuzz.run(fuzz -> {
            StreamId id = new StreamId(fuzz.number(), fuzz.any());
            assertEquals(id, StreamId.parse(id.toString()));
            String text = fuzz.mutate(id.toString());
            if (text.matches("[0-9a-f]{32}")) {
                assertEquals(text, StreamId.parse(text).toString());
            } else {
                assertThrows(IllegalArgumentException.class, () -> StreamId.parse(text), text);
            }
        });
    }

    private static Request request(Fuzz fuzz) {
        StreamId stream = new StreamId(fuzz.any(), fuzz.number());
        return switch (fuzz.upTo(3)) {
            case 0 -> new Cancel(stream, fuzz.text(20));
            case 1 -> new Credit(stream, fuzz.number());
            case 2 -> new Watched(stream, fuzz.number());
            default -> query(stream, fuzz);
        };
    }

    private static Query query(StreamId stream, Fuzz fuzz) {
        Map<String, String> attributes = new HashMap<>();
        for (int i = fuzz.upTo(4); i > 0; i--) {
            attributes.put(fuzz.text(5), fuzz.text(30));
        }
        return new Query(stream, fuzz.text(100), fuzz.text(10), terms(fuzz), attributes, fuzz.number());
    }

    private static QueryTerms terms(Fuzz fuzz) {
        Duration onDisconnect = fuzz.oneIn(2) ? null : Duration.ofMillis(fuzz.number() & Long.MAX_VALUE);
        return new QueryTerms(orNull(fuzz), onDisconnect, orNull(fuzz), orNull(fuzz), orNull(fuzz));
    }

    private static String orNull(Fuzz fuzz) {
        return fuzz.oneIn(2) ? null : fuzz.text(10);
    }

    private static Frame frame(Fuzz fuzz) {
        StreamId stream = new StreamId(fuzz.any(), fuzz.number());
        return switch (fuzz.upTo(5)) {
            case 0 -> new Started(stream, fuzz.number(), fuzz.number(), fuzz.number());
            case 1 -> new Lease(fuzz.number(), fuzz.number(), fuzz.number(), fuzz.number(), fuzz.upTo(9), fuzz.oneIn(2), fuzz.pick(Lease.State.values()), fuzz.text(20));
            case 2 -> new End(stream, fuzz.number(), fuzz.pick(Outcome.values()), fuzz.text(20), Arrays.copyOf(fuzz.bytes(40), End.SHA256_LENGTH), fuzz.number(), notes(fuzz));
            case 3 -> new Running(query(stream, fuzz), fuzz.number(), fuzz.number());
            default -> {
                byte[] utf8 = fuzz.text(60).getBytes(StandardCharsets.UTF_8);
                int from = fuzz.upTo(utf8.length);
                yield new Text().set(stream.high(), stream.low(), fuzz.number(), utf8, from, fuzz.upTo(utf8.length - from), fuzz.number());
            }
        };
    }

    private static Notes notes(Fuzz fuzz) {
        Notes notes = Notes.NONE;
        for (int i = fuzz.upTo(Notes.COUNT_MAX); i > 0; i--) {
            notes = notes.with("n" + i, fuzz.text(20));
        }
        return notes;
    }

    private static byte[] utf8(Text text) {
        return Arrays.copyOfRange(text.utf8(), text.from(), text.from() + text.length());
    }

    /** Encoded into as much room as the codec says that it takes at most. */
    private static <T> byte[] bytes(Codec<T> codec, T record, Fuzz fuzz) {
        int before = fuzz.upTo(9);
        ByteBuffer out = ByteBuffer.allocate(before + codec.sizeMax(record)).position(before);
        codec.encode(record, out);
        return Arrays.copyOfRange(out.array(), before, out.position());
    }

    /** Bytes somewhere in a larger array, of which no decoder may see more. */
    private static ByteBuffer within(byte[] bytes, Fuzz fuzz) {
        int before = fuzz.upTo(9);
        byte[] larger = new byte[before + bytes.length + fuzz.upTo(64)];
        Arrays.fill(larger, (byte) 1);
        System.arraycopy(bytes, 0, larger, before, bytes.length);
        return fuzz.oneIn(2) ? ByteBuffer.wrap(larger, before, bytes.length) : ByteBuffer.wrap(larger, before, bytes.length).slice();
    }
}
