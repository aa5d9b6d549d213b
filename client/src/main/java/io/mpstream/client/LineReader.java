package io.mpstream.client;

import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads the lines of an answer over as many connections as it takes, each line once: what a connection repeats is dropped, and what is about a
 * connection alone is dealt with here. One thread reads; any may close.
 */
final class LineReader implements AutoCloseable {
    private static final long NO_TIME = -1;

    private final Server server;
    private final Source source;
    private final Place place;
    private final Patience patience;
    private volatile Server.Reply reply;
    private boolean isStarted;
    private boolean isSkipping;
    private Line held;
    private String json = "";

    LineReader(Server server, Source source, Place place) {
        this.server = server;
        this.source = source;
        this.place = place;
        this.patience = new Patience(server.giveUp());
    }

    /** Sends the request, again and again if need be, until a response has begun; the place has the stream's name from then on. */
    void open() throws InterruptedException {
        while (reply == null) {
            try {
                Server.Reply opened = server.send(() -> source.request(server, place), patience);
                enter(opened);
                reply = opened;
                if (patience.isEnded()) {
                    opened.body().close();
                }
            } catch (RefusedException e) {
                // A server that has taken over may not have read up to where the one before was.
                if (e.status() != 400 || !place.hasMoved()) {
                    throw e;
                }
                patience.pause(e, NO_TIME);
            }
        }
    }

    private void enter(Server.Reply opened) {
        String type = opened.header("Content-Type");
        String stream = opened.header("Stream-Id");
        boolean isLines = type.toLowerCase(Locale.ROOT).startsWith(Source.LINES) && !stream.isEmpty();
        boolean isOther = place.stream() != null && !place.stream().equals(stream);
        if (!isLines || isOther && !(source instanceof Source.Fed)) {
            opened.body().close();
            throw new CorruptException(server.base() + (isLines ? " answers with another stream, " + stream : " is no MPStream server: it answers with '" + type + "'"));
        }
        if (place.stream() == null) {
            place.named(stream);
        } else if (isOther) {
            place.beginLive(stream);
            isSkipping = true;
        }
    }

    /**
     * The next line: text that is new, or news.
     *
     * @param onLost is told why a connection is lost, before another one is tried
     */
    Line next(Consumer<String> onLost) throws InterruptedException {
        while (true) {
            open();
            Line line = held;
            held = null;
            if (line == null) {
                try {
                    line = news(Line.read(read()));
                } catch (IOException e) {
                    lost(e, e instanceof Parted parted ? parted.retryMs : NO_TIME, onLost);
                }
            }
            if (isSkipping && line != null) {
                isSkipping = false;
                held = line;
                return new Line.Skipped();
            }
            if (line != null) {
                return line;
            }
        }
    }

    /** The server ended the response, and said when to come back. */
    private static final class Parted extends IOException {
        private static final long serialVersionUID = 1L;
        private final long retryMs;

        private Parted(String why, long retryMs) {
            super(why);
            this.retryMs = retryMs;
        }
    }

    private String read() throws IOException, InterruptedException {
        String line = reply.body().line();
        if (line == null) {
            throw new EOFException("the response ended before the answer");
        }
        json = line;
        return line;
    }

    /** What of a line is news, or null. */
    private Line news(Line line) throws IOException {
        if (line instanceof Line.Interrupted interrupted) {
            throw new Parted("the server interrupts, " + interrupted.reason(), interrupted.retryMs());
        } else if (line instanceof Line.Expired) {
            server.credential().spend(reply.token());
            throw new Parted("the token has expired", 0);
        } else if (line instanceof Line.Challenge) {
            renew();
            return null;
        } else if (line instanceof Line.Started && isStarted || line instanceof Line.Text text && place.has(text)) {
            return null;
        }
        patience.progressed();
        if (line instanceof Line.Started) {
            isStarted = true;
        } else if (line instanceof Line.Restarted restarted) {
            isStarted = false;
            place.begin(restarted.stream(), 0);
        } else if (line instanceof Line.Ended ended) {
            reply.body().release();
            place.verify(ended.end());
        }
        return line instanceof Line.Text text ? taken(text) : line instanceof Line.Unknown ? null : line;
    }

    /** What of this text is new. */
    private Line taken(Line.Text text) {
        if (source instanceof Source.Fed && place.isBefore(text)) {
            place.beginLive(place.stream());
            isSkipping = true;
        }
        String piece = place.take(text);
        if (piece.length() < text.text().length()) {
            json = Line.json(piece, text.offset());
        }
        return new Line.Text(piece, text.offset());
    }

    private void lost(IOException why, long askMs, Consumer<String> onLost) throws InterruptedException {
        reply.body().close();
        reply = null;
        if (patience.isEnded()) {
            throw new MpstreamException("closed");
        }
        onLost.accept(why.getMessage());
        patience.pause(why, askMs);
    }

    private void renew() {
        server.credential().spend(reply.token());
        String fresh = server.credential().token();
        if (fresh != null && !fresh.equals(reply.token())) {
            server.renew(place.stream(), fresh);
            reply = new Server.Reply(reply.response(), fresh);
        }
    }

    /** The last line as it was sent. */
    String json() {
        return json;
    }

    @Override
    public void close() {
        patience.end();
        Server.Reply open = reply;
        if (open != null) {
            open.body().close();
        }
    }
}
