package io.mpstream.protocol;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * The name of a stream: the shard that holds it (12 bits), the second since 2020 in which it was asked (32), so that whoever does not
 * know the stream knows where to look, and 84 random bits, so that nobody can guess another's. Earlier versions made 128 random ones.
 *
 * @param high the upper 64 bits; of these the lower 20 are random
 * @param low  the lower 64 bits, all random
 */
public record StreamId(long high, long low) {
    /** Hexadecimal digits in the text form. */
    public static final int TEXT_LENGTH = 32;

    /** 2020-01-01T00:00:00Z, in seconds since 1970. */
    private static final long EPOCH_S = 1_577_836_800;
    private static final int SECOND_BITS = 32;
    private static final int HIGH_RANDOM_BITS = 20;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of();

    /** Returns a new id, of shard 0 and of now, from a cryptographically strong source. Any thread. */
    public static StreamId mint() {
        long second = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) - EPOCH_S;
        ByteBuffer random = ByteBuffer.allocate(Integer.BYTES + Long.BYTES);
        RANDOM.nextBytes(random.array());
        long high = (second & (1L << SECOND_BITS) - 1) << HIGH_RANDOM_BITS | random.getInt() & (1 << HIGH_RANDOM_BITS) - 1;
        return new StreamId(high, random.getLong());
    }

    /** The second in which it was asked, in seconds since 1970; of the ids of earlier versions, any. */
    public long second() {
        return EPOCH_S + (high >>> HIGH_RANDOM_BITS & (1L << SECOND_BITS) - 1);
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

    /** The hash of the id with these halves: the lower one is all random. */
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
