package io.mpstream.streamer.encoding;

import io.mpstream.protocol.StreamId;
import java.time.Instant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A page of the list of streams, as JSON. Confined to one thread. */
public final class StreamList {
    private final ObjectNode page = JsonEvents.object();
    private final ArrayNode streams = page.putArray("streams");

    /** An empty page. */
    public StreamList() {
    }

    /** Adds a stream; its times follow. */
    public StreamList add(StreamId id, String query, String user, String state, long offset) {
        streams.addObject().put("id", id.toString()).put("query", query).put("user", user).put("state", state).put("offset", offset);
        return this;
    }

    /** When the stream that was added last was asked, began and ended; null for what has not been. */
    public StreamList times(Instant acceptedAt, Instant startedAt, Instant endedAt) {
        ((ObjectNode) streams.get(streams.size() - 1)).put("acceptedAt", text(acceptedAt)).put("startedAt", text(startedAt)).put("endedAt", text(endedAt));
        return this;
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    /**
     * The document, as UTF-8.
     *
     * @param next the stream to name in {@code before} for the next page, or null if this is the last
     */
    public byte[] json(StreamId next) {
        return JsonEvents.bytes(page.put("next", next == null ? null : next.toString()));
    }
}
