package io.mpstream.streamer.hub;

import io.mpstream.protocol.StreamId;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The streams that are here, by name. Any thread, except {@link #find}. */
final class StreamDirectory {
    private final ConcurrentMap<StreamId, LiveStream> streams = new ConcurrentHashMap<>();
    private final Probe probe = new Probe();

    void add(LiveStream stream) {
        streams.put(stream.id(), stream);
    }

    /** Returns whether it was there. */
    boolean remove(LiveStream stream) {
        return streams.remove(stream.id(), stream);
    }

    Collection<LiveStream> all() {
        return streams.values();
    }

    /** Returns the stream of this name, or null, and allocates nothing. Hub thread. */
    LiveStream find(long high, long low) {
        probe.high = high;
        probe.low = low;
        // The map asks the probe, not its keys, for the hash and for equality.
        return streams.get(probe);
    }

    LiveStream find(StreamId id) {
        return streams.get(id);
    }

    /** A key that is used again, for look-ups once a frame. Equal to the id that it holds, though not the other way. */
    private static final class Probe {
        private long high;
        private long low;

        @Override
        public boolean equals(Object other) {
            return other instanceof StreamId id && id.high() == high && id.low() == low;
        }

        @Override
        public int hashCode() {
            return StreamId.hash(high, low);
        }
    }
}
