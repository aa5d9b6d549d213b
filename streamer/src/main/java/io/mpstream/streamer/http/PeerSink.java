package io.mpstream.streamer.http;

import io.mpstream.streamer.encoding.Standing;
import io.mpstream.streamer.hub.ClientSink;
import io.mpstream.streamer.hub.Drain;
import io.mpstream.streamer.hub.Refused;
import io.mpstream.streamer.hub.Session;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** One of the streams on a WebSocket: each line that its session writes is a message. Confined to the connection's I/O thread. */
final class PeerSink implements ClientSink {
    private final Outbox outbox;
    private final String ref;
    private final Consumer<String> onLeave;
    private Session session;

    /** A sink of messages under a reference, which {@code onLeave} is given when it is free again. */
    PeerSink(Outbox outbox, String ref, Consumer<String> onLeave) {
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
    public void open(Standing standing, long until) {
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
        leave();
    }

    @Override
    public void abort() {
        leave();
        if (!session.isLeft()) {
            outbox.sayProblem(ref, StatusCodes.GONE, "the text has been evicted", session.stream().firstOffset());
        }
    }

    @Override
    public void refuse(Refused why, long firstOffset) {
        leave();
        switch (why) {
            case NOT_STORED -> outbox.sayProblem(ref, StatusCodes.SERVICE_UNAVAILABLE, "the query could not be stored", null);
            case EXPIRED -> outbox.sayProblem(ref, StatusCodes.UNAUTHORIZED, "the token holds no more", null);
            case DRAINING -> outbox.sayProblem(ref, StatusCodes.SERVICE_UNAVAILABLE, Drain.DRAINING, null);
            case INSIDE_CHARACTER -> outbox.sayProblem(ref, StatusCodes.BAD_REQUEST, "the offset is inside a character", null);
            case GONE -> outbox.sayProblem(ref, StatusCodes.GONE, "the text at this offset has been evicted", firstOffset);
        }
    }

    private void leave() {
        onLeave.accept(ref);
        outbox.forget(session);
    }

    @Override
    public void nothing(Standing standing) {
        throw new IllegalStateException("a WebSocket is not polled");
    }
}
