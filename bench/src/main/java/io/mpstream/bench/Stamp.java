package io.mpstream.bench;

/**
 * A moment as eight hexadecimal digits, in units of 128 ns: the token of the paced work. The clock is the machine's
 * monotonic one, which all its processes share; differences are right up to four minutes. To be used by one thread.
 */
final class Stamp implements CharSequence {
    /** Characters of a token. */
    static final int LENGTH = 8;

    private static final int UNIT_SHIFT = 7;
    private static final int DIGIT_BITS = 4;
    private static final String DIGITS = "0123456789abcdef";

    private int units;

    /** This moment, instead of what it was before. */
    Stamp now() {
        units = units(System.nanoTime());
        return this;
    }

    private static int units(long nanoTime) {
        return (int) (nanoTime >> UNIT_SHIFT);
    }

    /** Nanoseconds from a token's moment to a later one. */
    static long elapsedNs(int token, long nanoTime) {
        return Math.max(0, (long) (units(nanoTime) - token)) << UNIT_SHIFT;
    }

    /** A token of which one more digit has come. */
    static int withDigit(int token, byte digit) {
        return token << DIGIT_BITS | (digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }

    @Override
    public int length() {
        return LENGTH;
    }

    @Override
    public char charAt(int index) {
        return DIGITS.charAt(units >>> DIGIT_BITS * (LENGTH - 1 - index) & 0xF);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().subSequence(start, end);
    }

    @Override
    public String toString() {
        return new StringBuilder(this).toString();
    }
}
