package io.mpstream.client;

import io.mpstream.client.json.JsonObject;
import java.time.Instant;
import java.util.List;

/**
 * A page of the list of streams, the newest first.
 *
 * @param streams what is on it
 * @param next    the stream to name for the next page, or an empty string if this is the last
 */
public record StreamPage(List<Entry> streams, String next) {
    /** Copies the list. */
    public StreamPage {
        streams = List.copyOf(streams);
    }

    /**
     * A stream in the list.
     *
     * @param id         its name
     * @param query      the beginning of what was asked
     * @param user       who asked, or an empty string
     * @param state      as in {@link StreamStatus}
     * @param offset     bytes of its text so far
     * @param acceptedAt when it was asked
     * @param startedAt  null if it has not
     * @param endedAt    null if it has not
     */
    public record Entry(String id, String query, String user, String state, long offset, Instant acceptedAt, Instant startedAt, Instant endedAt) {
        private static Entry of(JsonObject json) {
            return new Entry(json.string("id"), json.string("query"), json.string("user"), json.string("state"), json.number("offset"),
                    json.time("acceptedAt"), json.time("startedAt"), json.time("endedAt"));
        }

        /** Whether it has an end. */
        public boolean isEnded() {
            return endedAt != null;
        }
    }

    static StreamPage of(JsonObject json) {
        return new StreamPage(json.objects("streams").stream().map(Entry::of).toList(), json.has("next") ? json.string("next") : "");
    }
}
