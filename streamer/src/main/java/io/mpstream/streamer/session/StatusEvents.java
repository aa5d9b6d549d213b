package io.mpstream.streamer.session;

import io.mpstream.protocol.End;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.stream.LiveStream;
import java.nio.ByteBuffer;

/** The events that tell a client of its stream besides text, each once. Confined to its session's I/O thread. */
final class StatusEvents {
    private final SessionHost host;
    private final Encoder encoder;
    private boolean isOpen;
    private boolean hasStarted;
    private int place;
    /** The grant that the client was asked to renew. */
    private Grant challenged;

    /**
     * Nothing told yet.
     *
     * @param hasStarted whether the client knows that the answer has begun
     */
    StatusEvents(SessionHost host, Encoder encoder, boolean hasStarted) {
        this.host = host;
        this.encoder = encoder;
        this.hasStarted = hasStarted;
    }

    /** Whether the client is to be asked for a fresh grant. */
    boolean isChallengeDue(Grant grant, long nowMs) {
        return grant != challenged && grant.isChallengeDue(nowMs);
    }

    /**
     * Tells what is new.
     *
     * @param offset of the text that comes next
     * @param end    of the stream, or null
     */
    void tell(LiveStream stream, SessionLifetime lifetime, long offset, End end, ByteBuffer out) {
        if (!isOpen) {
            isOpen = true;
            encoder.open(host.status(stream), offset, out);
        }
        Grant grant = lifetime.grant();
        long nowMs = grant.challengeAtMs() == Long.MAX_VALUE ? 0 : System.currentTimeMillis();
        if (isChallengeDue(grant, nowMs)) {
            challenged = grant;
            encoder.challenge(stream.id(), lifetime.leftMs(nowMs), out);
        }
        if (!hasStarted && stream.hasStarted()) {
            hasStarted = true;
            encoder.started(host.status(stream), out);
        } else if (!hasStarted && end == null && stream.place() != place) {
            place = stream.place();
            encoder.queued(host.status(stream), out);
        }
    }
}
