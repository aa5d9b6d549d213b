package io.mpstream.system;

/**
 * What one client of a chaos run does.
 *
 * @param number  its own
 * @param atMs    when it comes, counted from the start of the run
 * @param way     how it gets the stream
 * @param shape   in which format
 * @param script  what it reads
 * @param asker   the number of the client who asks that, which may be its own
 * @param perMille where one who does not ask begins, in thousandths of what the asker has by then
 */
record Part(int number, long atMs, Way way, Shape shape, Script script, int asker, int perMille) {
    /** A way to get a stream. */
    enum Way {
        GET, POST, POLL, LONG_POLL, HTTP2, WEBSOCKET, CLIENT;

        /** The shape that this way has, or else the one that was drawn. */
        Shape shape(Shape drawn) {
            return this == WEBSOCKET || this == CLIENT ? Shape.LINES : drawn;
        }
    }

    boolean asks() {
        return asker == number;
    }

    /** Whether it gets the stream in one response each. */
    boolean polls() {
        return way == Way.POLL || way == Way.LONG_POLL;
    }
}
