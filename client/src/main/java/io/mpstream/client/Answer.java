package io.mpstream.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * An answer while it is read: whole with {@link #text}, in pieces by iteration, or with all that is told of it through {@link #follow}. It is read
 * once, from where it was opened: what one of these has read the others do not see again. A lost connection is made again and goes on at the next
 * character; at the end the length is compared and, if it was read from its start, the SHA-256. Text that is not read holds the server back, which
 * keeps it. One thread reads; any may {@link #stop} or {@link #close}. To close is not to stop: the answer goes on for others.
 */
public final class Answer implements Iterable<String>, AutoCloseable {
    /** Of {@link #text}, in characters: longer texts are read in pieces. */
    public static final int TEXT_MAX = 256 << 20;

    private final Server server;
    private final Place place;
    private final LineReader lines;
    private final Pieces pieces = new Pieces();
    private End end;

    private Answer(Server server, Source source, Place place) {
        this.server = server;
        this.place = place;
        this.lines = new LineReader(server, source, place);
    }

    /** Opens it: once this returns, the server has the query, or has found the stream. */
    static Answer open(Server server, Source source, Place place) {
        Answer answer = new Answer(server, source, place);
        try {
            answer.lines.open();
        } catch (InterruptedException e) {
            throw MpstreamException.interrupted(e);
        }
        return answer;
    }

    /** The stream's name, by which others follow it; of a feed, the stream that it has now. */
    public String id() {
        return place.stream();
    }

    /** Bytes of text, as UTF-8, up to where it has been read: the place to go on from. */
    public long offset() {
        return place.offset();
    }

    /**
     * Reads all the text that is left, to its end.
     *
     * @throws FailedException      if it failed; what has come is not whole
     * @throws CancelledException   if it was stopped
     * @throws GoneException        if text left the server before it was read
     * @throws CorruptException     if its length or digest is another one
     * @throws UnreachableException if the server stayed away
     * @throws MpstreamException    if the thread is interrupted, or this is closed
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (String piece : this) {
            if (text.length() + piece.length() > TEXT_MAX) {
                close();
                throw new MpstreamException("the text has more than " + TEXT_MAX + " characters; read it in pieces");
            }
            text.append(piece);
        }
        return text.toString();
    }

    /**
     * The text that is left, in pieces of whole characters as they come. There is one iterator; it waits for the next piece, and throws what
     * {@link #text} throws.
     */
    @Override
    public Iterator<String> iterator() {
        return pieces;
    }

    /**
     * Reads to the end and drops the text; returns how it ended, whatever that is.
     *
     * @throws MpstreamException as {@link #text}, but not if it failed or was stopped
     */
    public End end() {
        return follow(new Listener() { });
    }

    /**
     * Reads to the end, tells the listener all that comes, and returns how it ended, whatever that is. The listener is called on this thread.
     *
     * @throws MpstreamException as {@link #text}, but not if it failed or was stopped
     */
    public End follow(Listener listener) {
        try {
            if (!pieces.next.isEmpty()) {
                listener.text(pieces.next());
            }
            while (end == null) {
                Line line = read(listener::lost);
                tell(line, lines.json(), listener);
            }
            return end;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static void tell(Line line, String json, Listener listener) {
        if (!(line instanceof Line.Skipped)) {
            listener.line(json);
        }
        if (line instanceof Line.Text text) {
            listener.text(text.text());
        } else if (line instanceof Line.Skipped) {
            listener.skipped();
        } else {
            tellNews(line, listener);
        }
    }

    private static void tellNews(Line line, Listener listener) {
        if (line instanceof Line.Queued queued) {
            listener.queued(queued.place(), queued.estimateMs() < 0 ? null : Duration.ofMillis(queued.estimateMs()));
        } else if (line instanceof Line.Started) {
            listener.started();
        } else if (line instanceof Line.Heartbeat heartbeat) {
            listener.silent(Duration.ofMillis(heartbeat.silentMs()));
        } else if (line instanceof Line.Restarted restarted) {
            listener.restarted(restarted.stream());
        }
    }

    private Line read(Consumer<String> lost) {
        try {
            Line line = lines.next(lost);
            if (line instanceof Line.Ended ended) {
                end = ended.end();
            }
            return line;
        } catch (InterruptedException e) {
            close();
            throw MpstreamException.interrupted(e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Stops it, for every viewer: it ends as cancelled, unless it has ended. Any thread.
     *
     * @throws MpstreamException if that could not be told to the server
     */
    public void stop() {
        server.head(() -> server.request("/v1/stream/" + id()).DELETE());
    }

    /** Reads no more; a thread that reads gets a {@link MpstreamException}. The answer goes on for others. Any thread. */
    @Override
    public void close() {
        lines.close();
    }

    /** Of the reading thread. */
    private final class Pieces implements Iterator<String> {
        private String next = "";

        @Override
        public boolean hasNext() {
            while (next.isEmpty() && end == null) {
                next = read(why -> { }) instanceof Line.Text text ? text.text() : "";
            }
            if (!next.isEmpty()) {
                return true;
            }
            if (end.outcome() == End.Outcome.FAILED) {
                throw new FailedException(end.detail());
            } else if (end.outcome() == End.Outcome.CANCELLED) {
                throw new CancelledException();
            }
            return false;
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            String piece = next;
            next = "";
            return piece;
        }
    }
}
