package io.mpstream.bench;

/**
 * What a query of the benchmark asks for: {@code firehose}, {@code paced/<interval in ms>/<tokens>}, {@code short} or
 * {@code silent/<time in ms>}. Everybody who is measured understands the same four.
 *
 * @param kind   what to write
 * @param millis the pause between two tokens, or the silence; else 0
 * @param tokens how many to write when paced; else 0
 */
record Work(Kind kind, long millis, int tokens) {
    /** What a firehose writes, over and over. */
    static final String SEGMENT = "abcd";
    /** The whole of a short answer. */
    static final String SHORT = "0123456789";

    /** What to write. */
    enum Kind {
        /** Segments of four characters as fast as they are taken, without end. */
        FIREHOSE,
        /** Stamped tokens at a steady pace. */
        PACED,
        /** Ten characters. */
        SHORT,
        /** Nothing for a while, then the end. */
        SILENT
    }

    static Work parse(String query) {
        String[] parts = query.split("/");
        return switch (parts[0]) {
            case "firehose" -> new Work(Kind.FIREHOSE, 0, 0);
            case "paced" -> new Work(Kind.PACED, Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
            case "short" -> new Work(Kind.SHORT, 0, 0);
            case "silent" -> new Work(Kind.SILENT, Long.parseLong(parts[1]), 0);
            default -> throw new IllegalArgumentException(query);
        };
    }
}
