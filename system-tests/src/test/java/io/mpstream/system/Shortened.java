package io.mpstream.system;

import io.mpstream.settings.Bound;
import io.mpstream.settings.TimeSpan;
import java.time.Duration;
import java.util.Map;

/** A bound of a server that a test has shortened, so that it need not wait; the profile {@code long} waits for the real one. */
record Shortened(Bound bound, String shorter) {
    private static final boolean ARE_REAL = Boolean.getBoolean("bounds.real");

    /** How long it is in the server. */
    Duration time() {
        return ARE_REAL ? bound.time() : TimeSpan.parse(shorter);
    }

    long seconds() {
        return time().toSeconds();
    }

    /** The environment of a server that has it. */
    Map<String, String> environment() {
        return Map.of(RunningServer.JAVA_OPTIONS, RunningServer.SHORT_LIVED + " " + option());
    }

    /** The same, with all that the JVM can. */
    Map<String, String> asShipped() {
        return Map.of(RunningServer.JAVA_OPTIONS, option());
    }

    private String option() {
        return "-D" + bound.property() + "=" + time().toMillis() + "ms";
    }
}
