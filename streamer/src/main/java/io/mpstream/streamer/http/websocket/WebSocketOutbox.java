package io.mpstream.streamer.http.websocket;

import io.mpstream.settings.Bound;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.json.Problem;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.Session;
import io.undertow.util.StatusCodes;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;

/**
 * The way out of one WebSocket. Undertow would queue whatever it is given; here nothing is given to it before what came
 * earlier is in the socket. Confined to the connection's I/O thread.
 */
final class WebSocketOutbox implements WebSocketCallback<Void> {
    private static final long PING_MS = Bound.HEARTBEAT.time().toMillis();
    /** Pings without an answer after which the client counts as gone. */
    private static final int PINGS_UNHEARD_MAX = 3;
    /** Answers to messages that may wait; a client that sends on without reading is shown out. */
    private static final int UNSENT_MAX = 1_000;
    private static final long CLOSE_MS = 2_000;

    private final WebSocketChannel channel;
    private final Runnable onGone;
    /** Sessions that have something to write, in the order in which they asked. */
    private final SequencedSet<Session> waiting = new LinkedHashSet<>();
    private int inFlight;
    private boolean isServing;
    private boolean isClosed;
    private int unheard;

    /**
     * The outbox of a connection.
     *
     * @param onGone called once the client is gone
     */
    WebSocketOutbox(WebSocketChannel channel, Runnable onGone) {
        this.channel = channel;
        this.onGone = onGone;
    }

    /** The connection is open; what comes in goes to this listener. */
    void begin(ChannelListener<WebSocketChannel> listener) {
        channel.getReceiveSetter().set(listener);
        channel.addCloseTask(closed -> {
            isClosed = true;
            onGone.run();
        });
        channel.resumeReceives();
        channel.getIoThread().executeAfter(this::ping, PING_MS, TimeUnit.MILLISECONDS);
    }

    private void ping() {
        if (isClosed) {
            return;
        }
        if (++unheard > PINGS_UNHEARD_MAX) {
            IoUtils.safeClose(channel);
            return;
        }
        WebSockets.sendPing(ByteBuffer.allocate(0), channel, null);
        channel.getIoThread().executeAfter(this::ping, PING_MS, TimeUnit.MILLISECONDS);
    }

    /** The client has said something. */
    void heard() {
        unheard = 0;
    }

    /** Whether a session may write; if not, it is called when it may. */
    boolean isReady(Session session) {
        boolean isReady = inFlight == 0;
        if (!isReady) {
            waiting.add(session);
        }
        return isReady;
    }

    /** Whether the connection is ending. */
    boolean isClosed() {
        return isClosed;
    }

    /** The session is over. */
    void forget(Session session) {
        waiting.remove(session);
    }

    /** Sends each line as a message. */
    void sendLines(ByteBuffer lines) {
        byte[] bytes = new byte[lines.remaining()];
        lines.get(bytes);
        int from = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                send(ByteBuffer.wrap(bytes, from, at - from));
                from = at + 1;
            }
        }
    }

    /** Says something that belongs to no session. */
    void say(byte[] message) {
        if (inFlight > UNSENT_MAX) {
            close(CloseMessage.MSG_VIOLATES_POLICY, "too many messages");
        } else {
            send(ByteBuffer.wrap(message));
        }
    }

    /**
     * Says an error.
     *
     * @param ref         of the stream that it is about; null for none
     * @param firstOffset the first that is left of the stream; null where that is not the point
     */
    void sayProblem(String ref, int status, String detail, Long firstOffset) {
        say(new Problem(status, StatusCodes.getReason(status), detail, firstOffset).message(ref));
    }

    /** Says that what was asked for under a reference is refused. */
    void sayRefusal(String ref, RefusedException why) {
        String detail = why.retryAfterS() > 0 ? why.getMessage() + "; try again in " + why.retryAfterS() + " s" : why.getMessage();
        sayProblem(ref, Problems.status(why.reason()), detail, why.reason() == RefusedException.Reason.GONE ? why.firstOffset() : null);
    }

    private void send(ByteBuffer message) {
        if (!isClosed) {
            inFlight++;
            WebSockets.sendText(message, channel, this);
        }
    }

    @Override
    public void complete(WebSocketChannel same, Void nothing) {
        inFlight--;
        // It may be called inside a send of this very loop.
        if (isServing) {
            return;
        }
        isServing = true;
        try {
            while (inFlight == 0 && !waiting.isEmpty()) {
                waiting.removeFirst().writable();
            }
        } finally {
            isServing = false;
        }
    }

    @Override
    public void onError(WebSocketChannel same, Void nothing, Throwable e) {
        IoUtils.safeClose(channel);
    }

    /** Ends the connection (RFC 6455, section 7.4). */
    void close(int code, String reason) {
        if (!isClosed) {
            isClosed = true;
            WebSockets.sendClose(code, reason, channel, null);
            onGone.run();
            // A client that does not answer is not waited for.
            channel.getIoThread().executeAfter(() -> IoUtils.safeClose(channel), CLOSE_MS, TimeUnit.MILLISECONDS);
        }
    }
}
