package io.mpstream.streamer.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Bounds the text that is held for readers who lag: when it is too much, those furthest behind are cut off. */
final class SlowReaders {
    private final Collection<LiveStream> streams;
    private final long bytesMax;

    private record Lag(Session session, long bytes) {
    }

    SlowReaders(Collection<LiveStream> streams, long bytesMax) {
        this.streams = streams;
        this.bytesMax = bytesMax;
    }

    /** Counts, and cuts as many as must go. Hub thread. */
    void cut() {
        List<Lag> lags = new ArrayList<>();
        for (LiveStream stream : streams) {
            for (Session session : stream.sessions()) {
                lags.add(new Lag(session, stream.watermark() - session.cursor()));
            }
        }
        long held = lags.stream().mapToLong(Lag::bytes).sum();
        lags.sort(Comparator.comparingLong(Lag::bytes).reversed());
        for (Lag lag : lags) {
            if (held <= bytesMax) {
                return;
            }
            lag.session.cut();
            held -= lag.bytes;
        }
    }
}
