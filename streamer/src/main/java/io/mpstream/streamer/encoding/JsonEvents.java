package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.json.Json;
import java.util.HexFormat;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** The events of the JSON formats: all that is said of a stream besides its text. */
final class JsonEvents {
    private JsonEvents() {
    }

    /** The place in the line, and milliseconds until it is likely to start; null where nothing has been measured. */
    static ObjectNode queued(StreamStatus status) {
        return Json.object().put("place", status.place())
                .put("estimateMs", status.estimateMs() == StreamStatus.UNKNOWN ? null : (Long) status.estimateMs());
    }

    /** The end: the digest of a text that is whole, else why it is not; and what the responder says of it. */
    static ObjectNode end(End end) {
        ObjectNode object = Json.object().put("outcome", end.outcome().name().toLowerCase(Locale.ROOT)).put("offset", end.offset());
        if (end.outcome() == Outcome.FAILED) {
            return withNotes(object.put("detail", end.detail()), end);
        }
        return withNotes(object.put("sha256", HexFormat.of().formatHex(end.sha256())), end);
    }

    /** Why it failed. */
    static ObjectNode failure(End end) {
        return withNotes(Json.object().put("detail", end.detail()), end);
    }

    private static ObjectNode withNotes(ObjectNode object, End end) {
        if (!end.notes().isEmpty()) {
            ObjectNode notes = object.putObject("notes");
            end.notes().all().forEach(notes::put);
        }
        return object;
    }

    static ObjectNode heartbeat(StreamStatus status) {
        return Json.object().put("phase", status.state()).put("silentMs", status.silentMs());
    }

    /** The time that the client may go on, and where it sends a fresh token so that it may longer. */
    static ObjectNode challenge(StreamId stream, long expiresInMs) {
        return Json.object().put("expiresInMs", expiresInMs).put("renew", "/v1/stream/" + stream + "/renew");
    }

    /** Why the response ends here, where it can be gone on with, and when. */
    static ObjectNode interrupted(Interruption why, long offset, long retryMs) {
        return Json.object().put("reason", why.reason()).put("offset", offset).put("retryMs", retryMs);
    }

    static ObjectNode restarted(StreamStatus next) {
        return Json.object().put("stream", next.stream().toString());
    }
}
