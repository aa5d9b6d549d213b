package io.mpstream.bench;

/** When in its interval a stream writes: spread evenly, however clumsily the streams began. */
final class Phase {
    /** The golden ratio: multiples of it, without their whole part, are spread evenly from the first few on. */
    private static final double GOLDEN = 0.618_033_988_749_895;

    private Phase() {
    }

    /** Of the stream with this number, from 0 up to the interval. */
    static long of(long number, long intervalNs) {
        double part = number * GOLDEN % 1;
        return (long) (part * intervalNs);
    }
}
