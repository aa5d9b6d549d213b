package io.mpstream.streamer.hub;

/**
 * Whether queries are taken and answered now.
 *
 * @param obstacle why they are not, in one line for people; null if they are
 * @param trouble  what the producer has trouble with all the same, in one line; empty if nothing
 */
public record Readiness(String obstacle, String trouble) {
    static Readiness not(String obstacle) {
        return new Readiness(obstacle, "");
    }

    /** Whether nothing stands against it. */
    public boolean isReady() {
        return obstacle == null;
    }
}
