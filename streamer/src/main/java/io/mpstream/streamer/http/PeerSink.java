package io.mpstream.streamer.http;

import io.mpstream.streamer.encoding.Standing;
import io.mpstream.streamer.hub.ClientSink;
import io.mpstream.streamer.hub.Drain;
import io.mpstream.streamer.hub.Refused;
import io.mpstream.streamer.hub.Session;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;

/** One of the streams on a WebSocket: each line that its session writes is a message. Confined to the connection's I/O thread. */
final class PeerSink implements ClientSink {
    private final Peer peer;
    private final Outbox outbox;
    private final String ref;
    private Session session;

    PeerSink(Peer peer, Outbox outbox, String ref) {
        this.peer = peer;
        this.outbox = outbox;
        this.ref = ref;
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
            peer.error(ref, StatusCodes.GONE, "the text has been evicted", session.stream().firstOffset());
        }
    }

    @Override
    public void refuse(Refused why, long firstOffset) {
        leave();
        switch (why) {
            case NOT_STORED -> peer.error(ref, StatusCodes.SERVICE_UNAVAILABLE, "the query could not be stored", null);
            case EXPIRED -> peer.error(ref, StatusCodes.UNAUTHORIZED, "the token holds no more", null);
            case DRAINING -> peer.error(ref, StatusCodes.SERVICE_UNAVAILABLE, Drain.DRAINING, null);
            case INSIDE_CHARACTER -> peer.error(ref, StatusCodes.BAD_REQUEST, "the offset is inside a character", null);
            case GONE -> peer.error(ref, StatusCodes.GONE, "the text at this offset has been evicted", firstOffset);
        }
    }

    private void leave() {
        peer.leave(ref);
        outbox.forget(session);
    }

    @Override
    public void nothing(Standing standing) {
        throw new IllegalStateException("a WebSocket is not polled");
    }
}
