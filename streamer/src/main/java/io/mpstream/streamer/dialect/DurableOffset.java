package io.mpstream.streamer.dialect;

import io.mpstream.streamer.encoding.Ascii;
import java.nio.ByteBuffer;

/** An offset of Durable Streams (section 8): that of the text, with zeros before it, so that strings compare as numbers do. */
public final class DurableOffset {
    private static final int DIGITS = 16;
    /** One and as many zeros as an offset has digits. */
    private static final long BASE = 10_000_000_000_000_000L;

    private DurableOffset() {
    }

    /** 16 digits. */
    public static String of(long offset) {
        return Long.toString(BASE + offset).substring(1);
    }

    /** Writes them, without making a string. */
    static void put(long offset, ByteBuffer out) {
        Ascii.put(offset, DIGITS, out);
    }
}
