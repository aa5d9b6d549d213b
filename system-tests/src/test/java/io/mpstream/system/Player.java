package io.mpstream.system;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that plays one {@link Part}: it asks or follows, and comes back as often as its connection breaks, until it knows
 * how its stream ended. Played by one thread; {@link #cut} and {@link #stall} are for others.
 */
abstract class Player implements AutoCloseable {
    private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled");
    private static final int PAUSE_MS = 60;

    /** Somebody who wants to know of text. */
    interface Listener {
        /**
         * Text has come. On the player's thread.
         *
         * @param openedNs when the connection was opened that it came on
         */
        void arrived(Player player, long openedNs);
    }

    private final RunningServer server;
    private final Part part;
    private final CompletableFuture<String> stream;
    private final List<String> refusals = new ArrayList<>();
    private Listener listener = (player, openedNs) -> { };
    private long openedNs;
    private boolean isCancelled;
    private boolean isGone;
    private int requests;
    private volatile long start;
    private volatile long reached = -1;
    private volatile long stalledUntilNs = System.nanoTime();
    private volatile boolean isOver;
    private volatile boolean hasLeft;

    /**
     * A client.
     *
     * @param stream what its asker asks; completed by it if it is the asker itself
     */
    Player(RunningServer server, Part part, CompletableFuture<String> stream) {
        this.server = server;
        this.part = part;
        this.stream = stream;
    }

    static Player of(RunningServer server, Part part, CompletableFuture<String> stream) {
        return switch (part.way()) {
            case HTTP2 -> new Http2Player(server, part, stream);
            case CLIENT -> new ClientPlayer(server, part, stream);
            case WEBSOCKET -> new WebSocketPlayer(server, part, stream);
            default -> new HttpPlayer(server, part, stream);
        };
    }

    Player tell(Listener listener) {
        this.listener = listener;
        return this;
    }

    /** What it has made of what it got. */
    abstract Rebuilt got();

    /** Sends one request, and takes what comes of it until nothing more does. */
    abstract void request() throws IOException;

    /** Its connection breaks. Any thread. */
    abstract void cut(boolean isReset);

    /** It does not come back any more. Any thread. */
    void leave() {
        hasLeft = true;
        cut(false);
    }

    /** It reads nothing for so long. Any thread. */
    void stall(long ms) {
        stalledUntilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    /**
     * Plays to the end of the stream, or until it leaves. One who does not ask waits until the asker has got a stream, begins somewhere in
     * what that has, and leaves if it has left without.
     */
    void play(Player asker) throws Exception {
        try {
            if (!part.asks()) {
                String id = stream.get();
                start = part.script().boundary(Math.max(0, asker.reached) * part.perMille() / 1_000);
                got().begin(id, start);
            }
            reached = got().offset();
            comeBackUntilTheEnd();
        } catch (CancellationException e) {
            hasLeft = true;
        } finally {
            isOver = true;
            if (part.asks()) {
                stream.cancel(false);
            }
        }
    }

    private void comeBackUntilTheEnd() {
        while (got().outcome() == null && !isGone && !hasLeft) {
            requests++;
            openedNs = System.nanoTime();
            try {
                request();
            } catch (IOException | UncheckedIOException e) {
                // It comes back.
            }
            if (got().outcome() == null) {
                got().lost();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
            }
        }
    }

    /** The head of a response. */
    void head(int status, String id) {
        if (status != 200 && status != 201 && status != 101) {
            return;
        }
        if (id == null && got() instanceof RebuiltEvents) {
            // In place of a refusal, which an EventSource would take for the end: one event that says when to come back.
            refusals.add(status + " come back");
        } else if (got().stream() == null) {
            got().begin(id, 0);
        } else if (!got().stream().equals(id)) {
            throw new AssertionError("instead of " + got().stream() + " came " + id);
        }
        if (id != null) {
            stream.complete(id);
        }
    }

    /** After each read: tells of what has come, stops what has no end, and waits while it is stalled. One who has left reads no more. */
    void look() {
        if (hasLeft) {
            throw new UncheckedIOException(new EOFException());
        }
        long offset = got().offset();
        if (offset > reached) {
            reached = offset;
            listener.arrived(this, openedNs);
        }
        if (part.asks() && part.script().isEndless() && !isCancelled && offset >= part.script().length()) {
            isCancelled = true;
            cancel();
        }
        for (long leftNs = stalledUntilNs - System.nanoTime(); leftNs > 0; leftNs = stalledUntilNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }

    private void cancel() {
        try {
            int status = Requests.to(server).delete("/v1/stream/" + got().stream()).status();
            isCancelled = status == 204;
        } catch (UncheckedIOException e) {
            isCancelled = false;
        }
    }

    /** The response is over. Plain text that broke, and a poll of nothing, tell the end in the head alone. */
    void over(int status, String state, long offset, String problem) {
        if (status == 200 || status == 201 || status == 204) {
            boolean tells = part.polls() && state != null && ENDS.contains(state) || got() instanceof RebuiltText && "failed".equals(state);
            if (tells && got().outcome() == null && offset == got().offset()) {
                got().end(state, null, null);
            }
            return;
        }
        refusals.add(status + " " + problem);
        switch (status) {
            case 503 -> {
                // It comes back.
            }
            case 400 -> {
                if (!(got() instanceof RebuiltText plain)) {
                    throw new AssertionError(refusals.toString());
                }
                // Cut between its last line feed, which is not text, and its trailers.
                plain.dropLineFeed();
            }
            case 410 -> isGone = true;
            default -> throw new AssertionError(refusals.toString());
        }
    }

    /** Where the next request goes. */
    String target() {
        if (got().stream() == null) {
            return switch (part.way()) {
                case POLL, LONG_POLL -> "/v1/streams";
                case POST -> "/v1/streams?" + part.shape().options();
                default -> "/" + Wire.encode(part.script().query()) + "?" + part.shape().options();
            };
        }
        return "/v1/stream/" + got().stream() + "?" + part.shape().options() + (lastId().isEmpty() ? "&offset=" + got().offset() : "")
                + (part.way() == Part.Way.POLL ? "&live=false" : part.way() == Part.Way.LONG_POLL ? "&live=long-poll" : "");
    }

    /** Header fields of the next request. */
    Map<String, String> fields() {
        if (got().stream() == null) {
            return Map.of("idempotency-key", key());
        }
        return lastId().isEmpty() ? Map.of() : Map.of("last-event-id", lastId());
    }

    private String lastId() {
        return got() instanceof RebuiltEvents events ? events.lastId() : "";
    }

    /** By which it is known who asks again. */
    String key() {
        return "part-" + part.number();
    }

    Part part() {
        return part;
    }

    int port() {
        return server.address().getPort();
    }

    /** The offset at which it began. */
    long start() {
        return start;
    }

    /** How far it has come, or -1 before it has begun. Any thread. */
    long reached() {
        return reached;
    }

    /** Whether it knows how its stream ended. Any thread. */
    boolean isOver() {
        return isOver;
    }

    /** Whether it was told that its stream, or its place in it, has left. */
    boolean isGone() {
        return isGone;
    }

    /** Whether it has left before the end. */
    boolean hasLeft() {
        return hasLeft;
    }

    int requests() {
        return requests;
    }

    List<String> refusals() {
        return refusals;
    }


    @Override
    public abstract void close();

    @Override
    public String toString() {
        return part + " stream " + got().stream() + " from " + start + " to " + got().offset() + " " + got().outcome() + (isGone ? " gone" : "") + " after "
                + requests + " requests, refused " + Set.copyOf(refusals);
    }
}
