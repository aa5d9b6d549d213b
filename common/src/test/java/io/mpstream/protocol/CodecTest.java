package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Codec;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bytes of every record, written down: a journal written by an older version must stay readable. */
class CodecTest {
    private static final StreamId STREAM = new StreamId(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
    private static final String STREAM_HEX = "0102030405060708090a0b0c0d0e0f10";
    private static final byte[] SHA256 = new byte[32];

    static {
        Arrays.fill(SHA256, (byte) 0xab);
    }

    @Test
    void queryHasItsGoldenBytes() {
        QueryTerms terms = new QueryTerms("key", Duration.ofMillis(1_500), "", "f", null);
        golden(new RequestCodec(), new Query(STREAM, "hé", "me", terms, Map.of("k", "v"), 258),
                "0201" + STREAM_HEX + "0000000000000102" + "00000003" + "68c3a9" + "00000002" + "6d65"
                        + "00000003" + "6b6579" + "00000000" + "00000001" + "66" + "ffffffff" + "00000000000005dc"
                        + "00000001" + "00000001" + "6b" + "00000001" + "76");
        golden(new RequestCodec(), new Query(STREAM, "q", "", new QueryTerms(null, QueryTerms.NEVER, null, null, "r"), Map.of(), 258),
                "0201" + STREAM_HEX + "0000000000000102" + "00000001" + "71" + "00000000"
                        + "ffffffff".repeat(3) + "00000001" + "72" + "7fffffffffffffff" + "00000000");
        golden(new RequestCodec(), new Query(STREAM, "q", "", Map.of(), 258),
                "0201" + STREAM_HEX + "0000000000000102" + "00000001" + "71" + "00000000" + "ffffffff".repeat(6) + "00000000");
    }

    @Test
    void otherRequestsHaveTheirGoldenBytes() {
        golden(new RequestCodec(), new Cancel(STREAM, "gone"), "0202" + STREAM_HEX + "00000004" + "676f6e65");
        golden(new RequestCodec(), new Credit(STREAM, 65_536), "0203" + STREAM_HEX + "0000000000010000");
        golden(new RequestCodec(), new Watched(STREAM, 9), "0204" + STREAM_HEX + "0000000000000009");
    }

    @Test
    void requestsOfTheFirstVersionAreRead() {
        String query = "0101" + STREAM_HEX + "0000000000000102" + "00000003" + "68c3a9" + "00000002" + "6d65";
        assertRead(new RequestCodec(), query + "00000001" + "00000001" + "6b" + "00000001" + "76", new Query(STREAM, "hé", "me", Map.of("k", "v"), 258));
        QueryTerms terms = new QueryTerms("key", Duration.ofSeconds(30), "acc", "f", "r");
        assertRead(new RequestCodec(), query + "00000007" + strings("k", "v", "mpstream.on-disconnect", "30.000s", "mpstream.idempotency-key", "key",
                "mpstream.feed", "f", "mpstream.account", "acc", "mpstream.query-digest", "ab", "responder", "r"),
                new Query(STREAM, "hé", "me", terms, Map.of("k", "v"), 258));
        assertRead(new RequestCodec(), query + "00000001" + strings("mpstream.on-disconnect", "continue"),
                new Query(STREAM, "hé", "me", new QueryTerms(null, QueryTerms.NEVER, null, null, null), Map.of(), 258));
        assertRead(new RequestCodec(), "0102" + STREAM_HEX + "00000004" + "676f6e65", new Cancel(STREAM, "gone"));
        assertRead(new RequestCodec(), "0103" + STREAM_HEX + "0000000000010000", new Credit(STREAM, 65_536));
        assertRead(new RequestCodec(), "0104" + STREAM_HEX + "0000000000000001" + "00000000".repeat(3), new Credit(STREAM, 0));
        assertRead(new RequestCodec(), "0105" + STREAM_HEX + "0000000000000009", new Watched(STREAM, 9));
        for (String time : List.of("", "s", "xs", "1e999999999s", "1.0005s")) {
            assertMalformed(new RequestCodec(), query + "00000001" + strings("mpstream.on-disconnect", time));
        }
    }

    private static String strings(String... strings) {
        return Arrays.stream(strings).map(text -> "%08x".formatted(text.length()) + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining());
    }

    @Test
    void startedHasItsGoldenBytes() {
        golden(new FrameCodec(), new Started(STREAM, 7, 65_536, 258),
                "0201" + STREAM_HEX + "0000000000000007" + "0000000000010000" + "0000000000000102");
        assertRead(new FrameCodec(), "0101" + STREAM_HEX + "0000000000000007" + "0000000000000102", new Started(STREAM, 7, Journal.START, 258));
    }

    @Test
    void runningHasItsGoldenBytes() {
        golden(new FrameCodec(), new Running(new Query(STREAM, "q", "", Map.of(), 258), 5, 259),
                "0203" + "0000000000000005" + "0000000000000103"
                        + STREAM_HEX + "0000000000000102" + "00000001" + "71" + "00000000" + "ffffffff".repeat(6) + "00000000");
    }

    @Test
    void textHasItsGoldenBytes() {
        byte[] utf8 = "x中y".getBytes(StandardCharsets.UTF_8);
        Text text = new Text().set(STREAM.high(), STREAM.low(), 5, utf8, 1, 3, 258);
        String hex = "02" + STREAM_HEX + "0000000000000005" + "0000000000000102" + "00000003" + "e4b8ad";
        assertEquals("02" + hex, hex(new FrameCodec(), text));
        for (String version : List.of("01", "02")) {
            Text read = (Text) new FrameCodec().decode(ByteBuffer.wrap(HexFormat.of().parseHex(version + hex)));
            assertEquals(STREAM, new StreamId(read.streamHigh(), read.streamLow()));
            assertEquals(5, read.offset());
            assertEquals(258, read.atMs());
            assertEquals("中", new String(read.utf8(), read.from(), read.length(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void endHasItsGoldenBytesForEachOutcome() {
        String sha = "ab".repeat(32);
        String head = STREAM_HEX + "0000000000000009" + "0000000000000102";
        Map.of(new End(STREAM, 9, Outcome.COMPLETED, "", SHA256, 258, Notes.NONE), head + "00" + "00000000" + sha + "00",
                new End(STREAM, 9, Outcome.FAILED, "no", SHA256, 258, Notes.NONE), head + "01" + "00000002" + "6e6f" + sha + "00",
                new End(STREAM, 9, Outcome.CANCELLED, "", SHA256, 258, Notes.NONE.with("b", "é").with("a", "")),
                head + "02" + "00000000" + sha + "02" + "00000001" + "62" + "00000002" + "c3a9" + "00000001" + "61" + "00000000").forEach((end, hex) -> {
                    golden(new FrameCodec(), end, "0204" + hex);
                    assertRead(new FrameCodec(), "0107" + hex, end);
                });
        assertRead(new FrameCodec(), "0103" + head + "01" + "00000002" + "6e6f" + sha, new End(STREAM, 9, Outcome.FAILED, "no", SHA256, 258, Notes.NONE));
    }

    @Test
    void leaseHasItsGoldenBytes() {
        String head = "0205" + "0000000000000007" + "0000000000000102";
        golden(new FrameCodec(), new Lease(7, 258, 15_000, Journal.START, 0, false, Lease.State.LOADING, ""),
                head + "0000000000003a98" + "ffffffffffffffff" + "00000000" + "00" + "00" + "00000000");
        golden(new FrameCodec(), new Lease(7, 258, 3_000, 65_536, 17, true, Lease.State.SERVING, "hé"),
                head + "0000000000000bb8" + "0000000000010000" + "00000011" + "01" + "01" + "00000003" + "68c3a9");
        golden(new FrameCodec(), new Lease(7, 258, 3_000, 65_536, 0, false, Lease.State.STALLED, "no"),
                head + "0000000000000bb8" + "0000000000010000" + "00000000" + "00" + "02" + "00000002" + "6e6f");
        golden(new FrameCodec(), new Lease(7, 258, 0, Journal.START, 0, false, Lease.State.GONE, ""),
                head + "0000000000000000" + "ffffffffffffffff" + "00000000" + "00" + "03" + "00000000");
    }

    @Test
    void leasesOfTheFirstVersionAreReadAndSettleNothing() {
        String past = "0000000000000007" + "0000000000000102" + "0000000000000bb8";
        Lease serving = new Lease(7, 258, 3_000, Journal.START, 0, false, Lease.State.SERVING, "");
        assertRead(new FrameCodec(), "0104" + past, serving);
        assertRead(new FrameCodec(), "0105" + past + "0000000000010000", serving);
        assertRead(new FrameCodec(), "0106" + past + "0000000000010000" + "02" + "00000002" + "6e6f",
                new Lease(7, 258, 3_000, Journal.START, 0, false, Lease.State.STALLED, "no"));
    }

    @Test
    void everyCutOfARecordIsMalformed() {
        byte[] query = bytes(new RequestCodec(), new Query(STREAM, "q", "u", Map.of("k", "v"), 1));
        byte[] end = bytes(new FrameCodec(), new End(STREAM, 9, Outcome.FAILED, "no", SHA256, 258, Notes.NONE));
        byte[] running = bytes(new FrameCodec(), new Running(new Query(STREAM, "q", "u", new QueryTerms("k", null, null, null, "r"), Map.of("k", "v"), 1), 2, 3));
        byte[] text = bytes(new FrameCodec(), new Text().set(1, 2, 3, new byte[] {'a', 'b'}, 0, 2, 4));
        byte[] lease = bytes(new FrameCodec(), new Lease(7, 258, 3_000, 65_536, 0, false, Lease.State.SERVING, "no"));
        for (byte[] record : List.of(query, end, running, text, lease)) {
            Codec<?> codec = record == query ? new RequestCodec() : new FrameCodec();
            for (int length = 0; length < record.length; length++) {
                ByteBuffer cut = ByteBuffer.wrap(record, 0, length);
                assertThrows(MalformedRecordException.class, () -> codec.decode(cut), "cut to " + length);
            }
        }
    }

    @Test
    void unknownVersionTypeOutcomeAndStateAreMalformed() {
        for (String hex : List.of("03010000", "0009", "0109", "0100", "01ff", "0200", "0206", "02ff")) {
            assertMalformed(new RequestCodec(), hex);
            assertMalformed(new FrameCodec(), hex);
        }
        byte[] end = bytes(new FrameCodec(), new End(STREAM, 9, Outcome.FAILED, "", SHA256, 258, Notes.NONE));
        end[2 + 16 + 16] = 3;
        assertMalformed(new FrameCodec(), HexFormat.of().formatHex(end));
        byte[] lease = bytes(new FrameCodec(), new Lease(7, 258, 3_000, 65_536, 0, false, Lease.State.SERVING, ""));
        for (byte state : new byte[] {4, -1}) {
            lease[2 + 32 + 5] = state;
            assertMalformed(new FrameCodec(), HexFormat.of().formatHex(lease));
        }
    }

    @Test
    void flippedBytesAreMalformedOrARecordButNothingElse() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] query = bytes(new RequestCodec(), new Query(STREAM, "a question", "user", Map.of("k", "v"), 1));
        byte[] end = bytes(new FrameCodec(), new End(STREAM, 9, Outcome.FAILED, "detail", SHA256, 258, Notes.NONE));
        for (int i = 0; i < 20_000; i++) {
            for (byte[] record : List.of(query, end)) {
                byte[] flipped = record.clone();
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                flipped[random.nextInt(flipped.length)] = (byte) random.nextInt();
                try {
                    Codec<?> codec = record == query ? new RequestCodec() : new FrameCodec();
                    assertTrue(codec.decode(ByteBuffer.wrap(flipped)) != null);
                } catch (MalformedRecordException e) {
                    // The one exception that a tailer passes over.
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(flipped), e);
                }
            }
        }
    }

    @Test
    void stringsThatAreNotUnicodeAreWrittenAsNoOther() {
        ByteBuffer out = ByteBuffer.allocate(100);
        assertThrows(IllegalArgumentException.class, () -> RecordHead.put(out, "x\uD83Dy"));
        assertEquals(0, out.position());
        assertThrows(IllegalArgumentException.class, () -> new Cancel(STREAM, "\uDE00"));
        assertThrows(IllegalArgumentException.class, () -> new End(STREAM, 9, Outcome.FAILED, "\uD83D", SHA256, 258, Notes.NONE));
        assertThrows(IllegalArgumentException.class, () -> new Lease(7, 258, 3_000, 0, 0, false, Lease.State.SERVING, "\uD83D"));
    }

    private static <T> void golden(Codec<T> codec, T record, String hex) {
        assertEquals(hex, hex(codec, record));
        assertEquals(record, codec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex))));
    }

    /** Reads it, and no more than that. */
    private static <T> void assertRead(Codec<T> codec, String hex, T record) {
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex + "0202"));
        assertEquals(record, codec.decode(in));
        assertEquals(2, in.remaining(), "the next record");
    }

    private static <T> String hex(Codec<T> codec, T record) {
        return HexFormat.of().formatHex(bytes(codec, record));
    }

    private static <T> byte[] bytes(Codec<T> codec, T record) {
        ByteBuffer out = ByteBuffer.allocate(codec.sizeMax(record));
        codec.encode(record, out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void assertMalformed(Codec<?> codec, String hex) {
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        assertThrows(MalformedRecordException.class, () -> codec.decode(in), hex);
    }
}
