package io.mpstream.streamer.stream;

import io.mpstream.protocol.StreamId;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The streams that are here, by id, by idempotency key, and the newest by each label of its user. Any thread, except
 * {@link #find(long, long)}.
 */
public final class StreamDirectory {
    private final ConcurrentMap<StreamId, LiveStream> streams = new ConcurrentHashMap<>();
    private final ConcurrentMap<Key, LiveStream> byKey = new ConcurrentHashMap<>();
    private final ConcurrentMap<Key, LiveStream> byLabel = new ConcurrentHashMap<>();
    private final Probe probe = new Probe();

    /** Adds a stream, unless one with its key is here: that one is returned then, else null. */
    public LiveStream add(LiveStream stream) {
        LiveStream known = stream.terms().key() == null ? null : byKey.putIfAbsent(key(stream), stream);
        if (known == null) {
            enter(stream);
        }
        return known;
    }

    /** Adds a stream; its key is its own from now on. */
    public void put(LiveStream stream) {
        if (stream.terms().key() != null) {
            byKey.put(key(stream), stream);
        }
        enter(stream);
    }

    private void enter(LiveStream stream) {
        stream.asked().labels().forEach(label -> byLabel.merge(new Key(stream.asked().turn(), label), stream,
                (known, other) -> known.asked().serial() > other.asked().serial() ? known : other));
        streams.put(stream.id(), stream);
    }

    /**
     * The newest stream that has this label, or null.
     *
     * @param turn of whom it is, as {@link Asked#turn} says
     */
    public LiveStream newest(String turn, String label) {
        return byLabel.get(new Key(turn, label));
    }

    /** The stream that has this one's key, or null. */
    public LiveStream known(LiveStream stream) {
        return stream.terms().key() == null ? null : byKey.get(key(stream));
    }

    /** A key is its user's: another user's is another key. */
    private record Key(String user, String key) {
    }

    private static Key key(LiveStream stream) {
        return new Key(stream.user(), stream.terms().key());
    }

    /** Whoever asks again, under whatever name, gets another: it was deleted. */
    public void delete(LiveStream stream) {
        stream.delete();
        forget(stream);
    }

    /** Returns whether it was there. */
    public boolean remove(LiveStream stream) {
        forget(stream);
        return streams.remove(stream.id(), stream);
    }

    private void forget(LiveStream stream) {
        if (stream.terms().key() != null) {
            byKey.remove(key(stream), stream);
        }
        stream.asked().labels().forEach(label -> byLabel.remove(new Key(stream.asked().turn(), label), stream));
    }

    /** All streams, in no order. */
    public Collection<LiveStream> all() {
        return streams.values();
    }

    /** Returns the stream of this name, or null, and allocates nothing. Hub thread. */
    public LiveStream find(long high, long low) {
        probe.high = high;
        probe.low = low;
        // The map asks the probe, not its keys, for the hash and for equality.
        return streams.get(probe);
    }

    /** The stream of this name, or null. */
    public LiveStream find(StreamId id) {
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
