package io.mpstream.streamer.hub;

import io.mpstream.protocol.Reminder;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.stream.StreamDirectory;
import java.time.Duration;

/**
 * Says the queries again whose answers run for long: a streamer that starts later reads only what is left of the request journal, and must
 * know a feed for a feed. Confined to the hub's thread.
 */
final class Reminders {
    private static final Duration EVERY_MAX = Duration.ofHours(1);
    private static final int TIMES_A_RETENTION = 4;

    private final StreamDirectory directory;
    private final RequestAppender requests;
    private final Duration every;
    private long saidNs;

    /**
     * Nothing said yet.
     *
     * @param retained how long requests are kept
     */
    Reminders(StreamDirectory directory, RequestAppender requests, Duration retained, long nowNs) {
        this.directory = directory;
        this.requests = requests;
        Duration part = retained.dividedBy(TIMES_A_RETENTION);
        this.every = part.compareTo(EVERY_MAX) < 0 ? part : EVERY_MAX;
        this.saidNs = nowNs;
    }

    /** Says them if it is time. */
    void say(long nowNs) {
        if (nowNs - saidNs < every.toNanos()) {
            return;
        }
        saidNs = nowNs;
        for (LiveStream stream : directory.all()) {
            if (stream.end() == null && stream.hasStarted()) {
                requests.append(new Reminder(stream.asked().remembered()));
            }
        }
    }
}
