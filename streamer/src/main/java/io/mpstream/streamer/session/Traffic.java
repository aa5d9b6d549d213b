package io.mpstream.streamer.session;

import io.mpstream.measure.Counter;
import io.mpstream.measure.Histogram;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Interruption;
import java.util.EnumMap;
import java.util.Map;

/** What the sessions of one I/O thread do, counted: that thread adds, any reads. Once a write at most, so that it costs next to nothing. */
public final class Traffic {
    private static final double[] LAG_BOUNDS = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30};

    private final Map<ClientFormat, Counter> viewers = new EnumMap<>(ClientFormat.class);
    private final Map<ClientFormat, Counter> sentBytes = new EnumMap<>(ClientFormat.class);
    private final Map<Interruption, Counter> interrupted = new EnumMap<>(Interruption.class);
    private final Histogram lag = new Histogram(LAG_BOUNDS);
    private final Counter stalls = new Counter();
    private final Counter resumes = new Counter();
    private final Counter replayedBytes = new Counter();

    /** Nothing counted yet. */
    Traffic() {
        for (ClientFormat format : ClientFormat.values()) {
            viewers.put(format, new Counter());
            sentBytes.put(format, new Counter());
        }
        for (Interruption why : Interruption.values()) {
            interrupted.put(why, new Counter());
        }
    }

    /** Sessions that are open in this format. */
    public Counter viewers(ClientFormat format) {
        return viewers.get(format);
    }

    /** Bytes that sockets have taken of responses in this format, with the framing of chunks, without heads. */
    public Counter sentBytes(ClientFormat format) {
        return sentBytes.get(format);
    }

    /** Sessions that ended before their streams, for this reason. */
    public Counter interrupted(Interruption why) {
        return interrupted.get(why);
    }

    /** From when text was put into the journal until a live reader's socket had taken all that there was: a time a write. */
    public Histogram lag() {
        return lag;
    }

    /** Writes that a socket did not take whole: the client, or the way to it, is slow. */
    public Counter stalls() {
        return stalls;
    }

    /** Sessions that began after the start of their stream. */
    public Counter resumes() {
        return resumes;
    }

    /** Bytes of text that was there before its reader was. */
    public Counter replayedBytes() {
        return replayedBytes;
    }
}
