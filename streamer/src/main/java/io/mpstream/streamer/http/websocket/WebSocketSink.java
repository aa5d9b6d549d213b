package io.mpstream.streamer.http.websocket;

import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.ClientSink;
import io.mpstream.streamer.session.Session;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A stream on a WebSocket: each line that its session writes is a message. Confined to the connection's I/O thread. */
final class WebSocketSink implements ClientSink {
    private final WebSocketOutbox outbox;
    private final String ref;
    private final Consumer<String> onLeave;
    private Session session;

    /** A sink of messages under a reference, which {@code onLeave} is given when it is free again. */
    WebSocketSink(WebSocketOutbox outbox, String ref, Consumer<String> onLeave) {
        this.outbox = outbox;
        this.ref = ref;
        this.onLeave = onLeave;
    }

    void attach(Session session) {
        this.session = session;
    }

    @Override
    public boolean isReady() {
        return outbox.isReady(session);
    }

    @Override
    public void open(StreamStatus status, long until) {
        // The first message says it.
    }

    @Override
    public boolean flush() {
        return true;
    }

    @Override
    public boolean write(ByteBuffer bytes, boolean isLast) {
        outbox.sendLines(bytes);
        return true;
    }

    @Override
    public void finish() {
        gone();
    }

    @Override
    public void abort() {
        gone();
        outbox.sayProblem(ref, StatusCodes.GONE, "the text has been evicted", session.stream().firstOffset());
    }

    @Override
    public void refuse(RefusedException why) {
        gone();
        outbox.sayRefusal(ref, why);
    }

    @Override
    public void gone() {
        onLeave.accept(ref);
        outbox.forget(session);
    }

    @Override
    public void nothing(StreamStatus status, long offset) {
        throw new IllegalStateException("a WebSocket is not polled");
    }
}
