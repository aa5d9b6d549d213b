package io.mpstream.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One case of a test that makes its cases up: what is random about it comes from a seed. A case that fails says its seed, and
 * {@code -Dfuzz.seed=} plays that case again and no other; {@code -Dfuzz.seconds=} has each test go on for so long.
 */
public final class Fuzz {
    private static final String SEED = "fuzz.seed";
    private static final double SECONDS = Double.parseDouble(System.getProperty("fuzz.seconds", "0.4"));
    private static final String[] ODD = {"\0", "\r", "\n", "\r\n", "\t", "\"", "\\", "\u007f", "\u00a0", "\u0085", "\u2028", "\u2029", "\ufeff", "\ufffd",
        "e\u0301", "\u200d", "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67", "\ud83c\uddeb\ud83c\uddf7", "\u1100\u1161\u11a8", "\ud800\udc00", "\udbff\udfff", " ", ":", "%", "data:"};
    private static final int[] ODD_BYTES = {0, 1, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xE0, 0xED, 0xF0, 0xF4, 0xF5, 0xFF, '%', '"', '\n', '\r', ' '};
    private static final int MUTATIONS_MAX = 4;

    private final SplittableRandom random;

    /** What has to hold of a case. */
    public interface Check {
        /** Throws if it does not. */
        void hold(Fuzz fuzz) throws Exception;
    }

    private Fuzz(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Makes up cases for a while; returns how many. */
    public static int run(Check check) {
        Long only = Long.getLong(SEED);
        if (only != null) {
            hold(check, only);
            return 1;
        }
        SplittableRandom seeds = new SplittableRandom();
        long start = System.nanoTime();
        int cases = 0;
        do {
            hold(check, seeds.nextLong());
            cases++;
        } while (System.nanoTime() - start < SECONDS * TimeUnit.SECONDS.toNanos(1));
        return cases;
    }

    /** Makes up this many cases, more in a long run: for what says much to the log. */
    public static void few(int count, Check check) {
        Long only = Long.getLong(SEED);
        for (int i = 0; i < (only == null ? count * Math.max(1, SECONDS) : 1); i++) {
            hold(check, only == null ? new SplittableRandom().nextLong() : only);
        }
    }

    private static void hold(Check check, long seed) {
        try {
            check.hold(new Fuzz(seed));
        } catch (Throwable t) {
            throw new AssertionError("-D" + SEED + "=" + seed + " plays this again: " + t, t);
        }
    }

    /** What a decoder may throw is this or what is derived from it; it may also return. */
    public static void refuses(Class<? extends RuntimeException> refusal, Runnable decoding) {
        try {
            decoding.run();
        } catch (RuntimeException e) {
            if (!refusal.isInstance(e)) {
                throw e;
            }
            assertTrue(e.getMessage() != null && !e.getMessage().isBlank(), "a refusal without a reason");
        }
    }

    /** From 0 to {@code max}, both included. */
    public int upTo(int max) {
        return random.nextInt(max + 1);
    }

    /** True one time in {@code n}. */
    public boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** One of these. */
    @SafeVarargs
    public final <T> T pick(T... several) {
        return several[random.nextInt(several.length)];
    }

    /** Small, huge, negative, or anything. */
    public long number() {
        return switch (upTo(4)) {
            case 0 -> upTo(10) - 2;
            case 1 -> pick(Long.MAX_VALUE, Long.MIN_VALUE, (long) Integer.MAX_VALUE, (long) Integer.MIN_VALUE, 1L << 32, -1L);
            case 2 -> upTo(100_000);
            default -> random.nextLong();
        };
    }

    /** Any number. */
    public long any() {
        return random.nextLong();
    }

    /** Any bytes. */
    public byte[] bytes(int lengthMax) {
        byte[] bytes = new byte[upTo(lengthMax)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Text of all planes of Unicode, much of it such as is easily got wrong; no lone surrogates. */
    public String text(int charactersMax) {
        StringBuilder text = new StringBuilder();
        int count = upTo(charactersMax);
        for (int i = 0; i < count; i++) {
            switch (upTo(6)) {
                case 0 -> text.append(pick(ODD));
                case 1 -> text.append((char) (0x80 + upTo(0x77F)));
                case 2 -> text.append((char) (0x800 + upTo(0xCFFF)));
                case 3 -> text.appendCodePoint(0x10000 + upTo(0xFFFFF));
                default -> text.append((char) (' ' + upTo(94)));
            }
        }
        return text.toString();
    }

    /** The same, with halves of surrogate pairs in between. */
    public String units(int charactersMax) {
        StringBuilder units = new StringBuilder(text(charactersMax));
        for (int i = upTo(4); i > 0 && !units.isEmpty(); i--) {
            units.insert(upTo(units.length()), (char) (0xD800 + upTo(0x7FF)));
        }
        return units.toString();
    }

    /** Some of these in a row, with a little of anything in between. */
    public String words(int countMax, String... vocabulary) {
        StringBuilder text = new StringBuilder();
        int count = upTo(countMax);
        for (int i = 0; i < count; i++) {
            text.append(oneIn(10) ? units(3) : pick(vocabulary));
        }
        return text.toString();
    }

    /** The same bytes, but for a few changes. */
    public byte[] mutate(byte[] bytes) {
        byte[] changed = bytes.clone();
        int count = 1 + upTo(MUTATIONS_MAX - 1);
        for (int i = 0; i < count; i++) {
            changed = mutateOnce(changed);
        }
        return changed;
    }

    private byte[] mutateOnce(byte[] bytes) {
        int at = upTo(bytes.length);
        int length = upTo(Math.min(bytes.length - at, oneIn(4) ? bytes.length : 8));
        if (at == bytes.length) {
            return oneIn(2) ? Arrays.copyOf(bytes, bytes.length + upTo(9)) : bytes;
        }
        return switch (upTo(6)) {
            case 0, 1 -> set(bytes, at, bytes[at] ^ 1 << upTo(7));
            case 2 -> set(bytes, at, pick(Arrays.stream(ODD_BYTES).boxed().toArray(Integer[]::new)));
            case 3 -> replace(bytes, at, length, new byte[0]);
            case 4 -> replace(bytes, at, 0, bytes(8));
            case 5 -> replace(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            default -> replace(bytes, upTo(bytes.length), 0, Arrays.copyOfRange(bytes, at, at + length));
        };
    }

    private static byte[] set(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] replace(byte[] bytes, int at, int length, byte[] by) {
        byte[] changed = new byte[bytes.length - length + by.length];
        System.arraycopy(bytes, 0, changed, 0, at);
        System.arraycopy(by, 0, changed, at, by.length);
        System.arraycopy(bytes, at + length, changed, at + by.length, bytes.length - at - length);
        return changed;
    }

    /** The same text, but for a few changes, some of which leave half a surrogate pair. */
    public String mutate(String text) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = upTo(MUTATIONS_MAX - 1); i >= 0; i--) {
            int at = upTo(changed.length());
            int end = Math.min(changed.length(), at + upTo(oneIn(4) ? changed.length() : 3));
            switch (upTo(3)) {
                case 0 -> changed.delete(at, end);
                case 1 -> changed.insert(at, changed.substring(at, end));
                case 2 -> changed.insert(at, units(2));
                default -> changed.replace(at, end, oneIn(2) ? pick(ODD) : Character.toString((char) upTo(0xFF)));
            }
        }
        return changed.toString();
    }
}
