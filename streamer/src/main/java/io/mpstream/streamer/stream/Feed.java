package io.mpstream.streamer.stream;

import java.util.concurrent.TimeUnit;

/**
 * A query that is asked again and again, so that there is always a stream of it to follow. After an end it is asked again
 * when a pause has passed, which grows while its streams are short-lived. The hub's thread changes it, any may look.
 */
public final class Feed {
    private static final long PAUSE_MIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_MAX_NS = TimeUnit.SECONDS.toNanos(60);
    /** A stream that lived so long was well. */
    private static final long WELL_AFTER_NS = TimeUnit.SECONDS.toNanos(60);

    private final String name;
    private final String query;
    private volatile LiveStream current;
    /** The next one, while its query is on its way to the journal. */
    private LiveStream asked;
    private long pauseNs = PAUSE_MIN_NS;
    private long askedNs;
    private long dueNs;
    private boolean isDue;

    /** A feed that has no stream yet. */
    public Feed(String name, String query) {
        this.name = name;
        this.query = query;
    }

    /** The name, as in {@code /v1/feed/NAME}. */
    public String name() {
        return name;
    }

    String query() {
        return query;
    }

    /** The stream that is followed now; null before the first. Any thread. */
    public LiveStream current() {
        return current;
    }

    /** Takes the stream of the query that has just been asked. */
    void asked(LiveStream stream) {
        asked = stream;
        isDue = false;
    }

    /** The stream whose query is on its way to the journal, or null. */
    LiveStream asked() {
        return asked;
    }

    /** Goes on with this stream; those who follow the one before go over to it. */
    void goOn(LiveStream next, long nowNs) {
        LiveStream before = current;
        current = next;
        asked = null;
        askedNs = nowNs;
        isDue = false;
        if (before != null) {
            before.successor(next);
            before.followers().wake();
        }
    }

    /** Begins the pause after a stream that has ended, or where there is none; returns nanoseconds until it is asked again. */
    long ended(long nowNs) {
        if (nowNs - askedNs >= WELL_AFTER_NS) {
            pauseNs = PAUSE_MIN_NS;
        }
        long waitNs = 0;
        if (current != null) {
            waitNs = pauseNs;
            pauseNs = Math.min(2 * pauseNs, PAUSE_MAX_NS);
        }
        dueNs = nowNs + waitNs;
        isDue = true;
        asked = null;
        return waitNs;
    }

    /** Whether it is to be asked now. */
    boolean isDue(long nowNs) {
        return isDue && nowNs - dueNs >= 0;
    }
}
