package io.mpstream.streamer.encoding;

import io.mpstream.protocol.StreamId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What tests of encoders share: random texts, and their way through an encoder a buffer at a time. */
public final class Encoding {
    public static final StreamId STREAM = new StreamId(0x0123456789abcdefL, 0xfedcba9876543210L);
    public static final String ID = "0123456789abcdeffedcba9876543210";

    private Encoding() {
    }

    /** A text of all planes of Unicode, with line ends of all kinds, NUL and what JSON escapes. */
    public static String randomText(Random random, int characters) {
        StringBuilder text = new StringBuilder();
        String[] special = {"\r", "\n", "\r\n", "\n\r", "\0", "\"", "\\", "\t", "\u2028", "\u001b", "\u007f", ": ", " ", "data:", "\ufeff"};
        for (int i = 0; i < characters; i++) {
            switch (random.nextInt(5)) {
                case 0 -> text.append(special[random.nextInt(special.length)]);
                case 1 -> text.append((char) (' ' + random.nextInt(95)));
                case 2 -> text.append((char) (0x80 + random.nextInt(0xD780)));
                default -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
            }
        }
        return text.toString();
    }

    /**
     * Encodes a text that comes in pieces of random length.
     *
     * @param size  of the buffer
     * @param first offset at which a client begins
     */
    public static String encode(Encoder encoder, byte[] utf8, int first, int size, Random random) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer out = ByteBuffer.allocateDirect(size);
        int at = first;
        int ready = first;
        while (at < utf8.length) {
            ready = Math.max(ready, Utf8.cut(utf8, at, Math.min(utf8.length, at + 1 + random.nextInt(2_000)), utf8.length));
            boolean isAfterCr = at > 0 && utf8[at - 1] == '\r';
            int taken = encoder.text(new Piece().set(STREAM, at, utf8, at, ready, isAfterCr, ready == utf8.length), out.clear());
            at += taken;
            if (at < utf8.length && Utf8.isContinuation(utf8[at])) {
                throw new AssertionError("a character is cut at " + at);
            }
            if (taken == 0 && ready == utf8.length) {
                throw new AssertionError("no progress at " + at);
            }
            drain(out, all);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** What comes of a text at a client that begins somewhere in it. */
    public interface Cut {
        /**
         * Checks it.
         *
         * @param first offset at which the client begins
         * @param size  of the buffer
         * @param seed  of the random number generator, to be told
         */
        void check(byte[] utf8, int first, int size, Random random, String seed);
    }

    /** Random texts, each from a random offset on. */
    public static void fromAnyCutOn(Cut cut) {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            byte[] utf8 = randomText(random, 3_000).getBytes(StandardCharsets.UTF_8);
            int first = Utf8.cut(utf8, 0, random.nextInt(utf8.length), utf8.length);
            cut.check(utf8, first, random.nextBoolean() ? Encoder.EVENT_BYTES_MAX : 65_536, random, "seed " + seed);
        }
    }

    /** The rest of a text from a place on, as lines of events give it: each end of a line as LF, none of which was sent already. */
    public static String linesFrom(byte[] utf8, int first) {
        String rest = new String(utf8, first, utf8.length - first, StandardCharsets.UTF_8);
        boolean isAfterCr = first > 0 && utf8[first - 1] == '\r';
        return lines(isAfterCr && rest.startsWith("\n") ? rest.substring(1) : rest);
    }

    /** A text with each end of a line as LF. */
    public static String lines(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    private static void drain(ByteBuffer out, ByteArrayOutputStream all) {
        out.flip();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        all.writeBytes(bytes);
    }

    /** What an encoder writes that is no text. */
    public static String written(java.util.function.Consumer<ByteBuffer> encoding) {
        ByteBuffer out = ByteBuffer.allocate(Encoder.EVENT_BYTES_MAX);
        encoding.accept(out);
        return new String(out.array(), 0, out.position(), StandardCharsets.UTF_8);
    }

    /** The encoding of one piece. */
    public static String one(Encoder encoder, String text, long offset, boolean isAfterCr) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return written(out -> encoder.text(new Piece().set(STREAM, offset, utf8, 0, utf8.length, isAfterCr, false), out));
    }
}
