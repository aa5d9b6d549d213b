package io.mpstream.protocol;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The name of a stream: 128 random bits, so that nobody can guess another's.
 *
 * @param high the upper 64 bits
 * @param low  the lower 64 bits
 */
public record StreamId(long high, long low) {
    /** Hexadecimal digits in the text form. */
    public static final int TEXT_LENGTH = 32;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of();

    /** Returns a new id from a cryptographically strong source. Any thread. */
    public static StreamId random() {
        return new StreamId(RANDOM.nextLong(), RANDOM.nextLong());
    }

    /**
     * Reads the text form.
     *
     * @param text 32 lower-case hexadecimal digits
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static StreamId parse(String text) {
        if (text.length() != TEXT_LENGTH || !text.equals(text.toLowerCase(java.util.Locale.ROOT))) {
            throw new IllegalArgumentException("a stream id has " + TEXT_LENGTH + " lower-case hexadecimal digits");
        }
        return new StreamId(HexFormat.fromHexDigitsToLong(text, 0, TEXT_LENGTH / 2),
                HexFormat.fromHexDigitsToLong(text, TEXT_LENGTH / 2, TEXT_LENGTH));
    }

    /** The hash of the id with these halves, which are random: one is enough. */
    public static int hash(long high, long low) {
        return Long.hashCode(low);
    }

    @Override
    public int hashCode() {
        return hash(high, low);
    }

    /** Returns the text form: 32 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }
}
