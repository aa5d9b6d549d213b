package io.mpstream.streamer.hub;

import io.mpstream.protocol.End;
import io.mpstream.streamer.encoding.Encoder;
import java.nio.ByteBuffer;

/** What a client has been told besides text, so that it is told once. Confined to its session's I/O thread. */
final class Told {
    private final SessionHost host;
    private final Encoder encoder;
    private boolean isOpen;
    private boolean hasStarted;
    private int place;
    /** The permit that the client was asked to renew. */
    private Permit challenged;

    /**
     * Nothing told yet.
     *
     * @param hasStarted whether the client knows that the answer has begun
     */
    Told(SessionHost host, Encoder encoder, boolean hasStarted) {
        this.host = host;
        this.encoder = encoder;
        this.hasStarted = hasStarted;
    }

    /** Whether the client has been told anything. */
    boolean isOpen() {
        return isOpen;
    }

    /** Whether the client is to be asked for a fresh permit. */
    boolean isChallengeDue(Permit permit, long nowMs) {
        return permit != challenged && permit.isChallengeDue(nowMs);
    }

    /**
     * Tells what is new.
     *
     * @param offset of the text that comes next
     * @param end    of the stream, or null
     */
    void tell(LiveStream stream, Stay stay, long offset, End end, ByteBuffer out) {
        if (!isOpen) {
            isOpen = true;
            encoder.open(host.standing(stream), offset, out);
        }
        Permit permit = stay.permit();
        long nowMs = permit.challengeAtMs() == Long.MAX_VALUE ? 0 : System.currentTimeMillis();
        if (isChallengeDue(permit, nowMs)) {
            challenged = permit;
            encoder.challenge(stream.id(), stay.leftMs(nowMs), out);
        }
        if (!hasStarted && stream.hasStarted()) {
            hasStarted = true;
            encoder.started(host.standing(stream), out);
        } else if (!hasStarted && end == null && stream.place() != place) {
            place = stream.place();
            encoder.queued(host.standing(stream), out);
        }
    }
}
