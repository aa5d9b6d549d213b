package io.mpstream.streamer.limits;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many clients were refused, by reason. Any thread. */
public final class Refusals {
    private final Map<RefusedException.Reason, LongAdder> counts = new EnumMap<>(RefusedException.Reason.class);

    /** None yet. */
    public Refusals() {
        for (RefusedException.Reason reason : RefusedException.Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    /** Counts one more; returns it, to be thrown. */
    public RefusedException count(RefusedException refused) {
        counts.get(refused.reason()).increment();
        return refused;
    }

    /** How many there were for this reason. */
    public long count(RefusedException.Reason reason) {
        return counts.get(reason).sum();
    }
}
