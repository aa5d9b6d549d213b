package io.mpstream.bench;

import java.util.HexFormat;

/**
 * What a query of the benchmark asks for. Everybody who is measured understands {@code firehose},
 * {@code paced/<interval in ms>/<tokens>}, {@code short} and {@code silent/<time in ms>}; some also
 * {@code mixed}, {@code fan-out/<interval in ms>/<texts>} and {@code volume/<MB>}.
 *
 * @param kind   what to write
 * @param millis the pause between two tokens or texts, or the silence; else 0
 * @param tokens how many tokens, texts or MB to write when that is bounded; else 0
 */
record Work(Kind kind, long millis, int tokens) {
    /** What a firehose writes, over and over. */
    static final String SEGMENT = "abcd";
    /** The same of mixed text: half of it Chinese, three bytes a character. */
    static final String MIXED_SEGMENT = "a\u4e2dz\u6587";
    /** The whole of a short answer. */
    static final String SHORT = "0123456789";
    /** Digits of a text's number in a fan-out. */
    static final int NUMBER_LENGTH = 4;
    /** What a volume is made of: lines, so that formats that are lines themselves have something to do. */
    static final String PAGE = ("0123456789abcdef".repeat(4).substring(1) + "\n").repeat(64);
    /** Pages in a MB. */
    static final int PAGES_A_MB = (1 << 20) / PAGE.length();

    /** What to write. */
    enum Kind {
        /** Segments of four characters as fast as they are taken, without end. */
        FIREHOSE,
        /** The same of mixed text. */
        MIXED,
        /** Stamped tokens at a steady pace. */
        PACED,
        /** Ten characters. */
        SHORT,
        /** Nothing for a while, then the end. */
        SILENT,
        /** Stamped and numbered texts at a steady pace, for many at once. */
        FAN_OUT,
        /** So many MB as fast as they are taken. */
        VOLUME
    }

    /** What a firehose writes over and over; empty for other work. */
    String segment() {
        return switch (kind) {
            case FIREHOSE -> SEGMENT;
            case MIXED -> MIXED_SEGMENT;
            case PACED, SHORT, SILENT, FAN_OUT, VOLUME -> "";
        };
    }

    /** A text of a fan-out. */
    static String numbered(CharSequence stamp, int number) {
        return stamp + HexFormat.of().toHexDigits((short) number);
    }

    static Work parse(String query) {
        String[] parts = query.split("/");
        return switch (parts[0]) {
            case "firehose" -> new Work(Kind.FIREHOSE, 0, 0);
            case "mixed" -> new Work(Kind.MIXED, 0, 0);
            case "paced" -> new Work(Kind.PACED, Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
            case "short" -> new Work(Kind.SHORT, 0, 0);
            case "silent" -> new Work(Kind.SILENT, Long.parseLong(parts[1]), 0);
            case "fan-out" -> new Work(Kind.FAN_OUT, Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
            case "volume" -> new Work(Kind.VOLUME, 0, Integer.parseInt(parts[1]));
            default -> throw new IllegalArgumentException(query);
        };
    }
}
