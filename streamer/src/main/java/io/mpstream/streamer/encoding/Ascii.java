package io.mpstream.streamer.encoding;

import io.mpstream.protocol.StreamId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Numbers and names as ASCII, written without making a string: they go out with every few characters of text. */
public final class Ascii {
    /** Bytes of the longest number. */
    public static final int NUMBER_BYTES_MAX = 19;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Ascii() {
    }

    /** A text of ASCII as bytes. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes a decimal number that is not negative. */
    public static void put(long number, ByteBuffer out) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        put(number, digits, out);
    }

    /** Writes the last so many digits of a decimal number that is not negative, with zeros before it where it has fewer. */
    public static void put(long number, int digits, ByteBuffer out) {
        int start = out.position();
        long rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            out.put(start + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        out.position(start + digits);
    }

    /** Writes the text form of a stream's id. */
    public static void put(StreamId stream, ByteBuffer out) {
        putHex(stream.high(), out);
        putHex(stream.low(), out);
    }

    private static void putHex(long bits, ByteBuffer out) {
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            out.put(HEX[(int) (bits >>> shift) & 0xF]);
        }
    }
}
