package io.mpstream.system;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * What a query of a chaos run asks for. Its text follows from it alone, so that both the responder that writes it and the
 * test that checks it know every byte.
 *
 * @param seed   of the text
 * @param pieces how many there are; of an endless one, how many its asker wants to see
 * @param paceMs pause before each piece
 * @param size   how large a piece is: its middle is said so many times
 * @param mode   how it begins and ends
 */
record Script(long seed, int pieces, int paceMs, int size, Mode mode) {
    /** How an answer begins and ends. */
    enum Mode {
        COMPLETES, FAILS, ENDLESS, LATE
    }

    static final int LATE_MS = 2_500;
    private static final String[] MIDDLES = {"\r\n-", "\r-", "\n\n", "中é", "😀👩‍👩‍👧‍👦", "e\u0301", "\u0000 \"\\", " a word\t", "\uD834\uDD1E"};

    static Script parse(String query) {
        String[] parts = query.split(":");
        return new Script(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]), Mode.valueOf(parts[4]));
    }

    String query() {
        return seed + ":" + pieces + ":" + paceMs + ":" + size + ":" + mode;
    }

    boolean isEndless() {
        return mode == Mode.ENDLESS;
    }

    /** A piece of the text; it begins with its number, and never begins with a line feed or ends with a carriage return. */
    String piece(int number) {
        SplittableRandom random = new SplittableRandom(seed ^ number * 0x9E3779B97F4A7C15L);
        return number + ":" + MIDDLES[random.nextInt(MIDDLES.length)].repeat(size) + Integer.toHexString(random.nextInt()) + ";";
    }

    /** The text of the first pieces. */
    String text(int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(piece(i));
        }
        return text.toString();
    }

    /** All of it; of an endless one, so much that it is longer than this many bytes. */
    String textBeyond(long bytes) {
        StringBuilder text = new StringBuilder();
        long length = 0;
        for (int i = 0; isEndless() ? length <= bytes : i < pieces; i++) {
            String piece = piece(i);
            text.append(piece);
            length += piece.getBytes(StandardCharsets.UTF_8).length;
        }
        return text.toString();
    }

    /** The last offset, up to this one, at which a piece begins or the text ends. */
    long boundary(long offset) {
        long at = 0;
        for (int i = 0; isEndless() || i < pieces; i++) {
            long next = at + piece(i).getBytes(StandardCharsets.UTF_8).length;
            if (next > offset) {
                return at;
            }
            at = next;
        }
        return at;
    }

    /** Bytes of the first pieces, which is where its asker stops an endless one. */
    long length() {
        return text(pieces).getBytes(StandardCharsets.UTF_8).length;
    }
}
