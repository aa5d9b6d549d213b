package io.mpstream.streamer.session;

import io.mpstream.measure.Counter;

/** One session's part of the traffic: what it has sent, and how late. Confined to its session's I/O thread. */
final class Delivery {
    private final Traffic traffic;
    private final Counter viewers;
    private final Counter sentBytes;
    /** Whether it has had all text there was: what comes from then on is new. */
    private boolean isLive;
    /** When the oldest text was put into the journal that its socket does not have; 0 when it has all. In wall-clock milliseconds. */
    private long dueAtMs;
    /** The same of text that came after all before it was encoded, and before the socket had taken that. */
    private long nextDueAtMs;
    /** Whether what is being written has text in it, and all that there is. */
    private boolean hasText;
    private boolean hasAll;

    /**
     * Of a session that begins.
     *
     * @param isLive whether no text is there that it has not had
     */
    Delivery(Traffic traffic, Counter viewers, Counter sentBytes, boolean isLive) {
        this.traffic = traffic;
        this.viewers = viewers;
        this.sentBytes = sentBytes;
        this.isLive = isLive;
        viewers.add(1);
    }

    /** There is text, or will be, that was put into the journal at this time. */
    void due(long atMs) {
        if (dueAtMs == 0) {
            dueAtMs = atMs;
        } else if (hasAll && nextDueAtMs == 0) {
            nextDueAtMs = atMs;
        }
    }

    /** Text has been encoded; {@code isAll}: all that there is. */
    void encoded(int bytes, boolean isAll) {
        if (!isLive) {
            traffic.replayedBytes().add(bytes);
        }
        hasText |= bytes > 0;
        hasAll = isAll;
    }

    /** It has all that there is. */
    void caughtUp() {
        hasAll = true;
    }

    /** The socket has taken so many bytes. */
    void sent(int bytes) {
        sentBytes.add(bytes);
    }

    /**
     * The socket has taken all that was encoded.
     *
     * @param newestAtMs when the newest text was put into the journal: what it was sent, if it was not marked for that
     */
    void written(long newestAtMs) {
        if (!hasAll) {
            return;
        }
        if (hasText && isLive) {
            traffic.lag().recordMs(System.currentTimeMillis() - (dueAtMs == 0 ? newestAtMs : dueAtMs));
        }
        isLive = true;
        hasText = false;
        hasAll = false;
        dueAtMs = nextDueAtMs;
        nextDueAtMs = 0;
    }

    /** The socket has not taken all of it. */
    void stalled() {
        traffic.stalls().add(1);
    }

    /** The session is over. */
    void end() {
        viewers.add(-1);
    }
}
