package io.mpstream.streamer.stream;

import io.mpstream.protocol.QueryTerms;
import io.mpstream.settings.Settings;
import io.mpstream.settings.TimeSpan;
import java.time.Duration;

/**
 * The time for which a stream without readers goes on.
 *
 * @param cancelAfter zero cancels at once; {@link #NEVER} lets it go on to its end
 */
public record DisconnectPolicy(Duration cancelAfter) {
    /** It goes on to its end. */
    public static final Duration NEVER = QueryTerms.NEVER;

    /**
     * Reads {@code continue}, {@code cancel} or a time such as {@code 30s}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static DisconnectPolicy parse(String text) {
        return new DisconnectPolicy(switch (text) {
            case "continue" -> NEVER;
            case "cancel" -> Duration.ZERO;
            default -> bounded(TimeSpan.parse(text));
        });
    }

    private static Duration bounded(Duration time) {
        if (time.compareTo(Settings.ON_DISCONNECT_MAX) > 0) {
            throw new IllegalArgumentException("the longest time is " + Settings.ON_DISCONNECT_MAX.toDays() + "d");
        }
        return time;
    }
}
