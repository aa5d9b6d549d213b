package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error as OpenAI's API tells it: {@code {"error":{"message":…,"type":…,"param":…,"code":…}}}.
 *
 * @param message what was wrong, and what would be right
 * @param type    the family of errors
 * @param param   the parameter that was wrong, or null
 * @param code    the kind of error, or null
 */
public record OpenAiError(String message, String type, String param, String code) {
    private static final String SERVER = "server_error";
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY = 429;
    private static final int INTERNAL = 500;
    private static final int UNAVAILABLE = 503;

    /**
     * The error of a status.
     *
     * @param code null where the status says the kind
     */
    public static OpenAiError of(int status, String message, String param, String code) {
        return switch (status) {
            case UNAUTHORIZED -> new OpenAiError(message, "invalid_request_error", param, "invalid_api_key");
            case TOO_MANY -> new OpenAiError(message, "rate_limit_error", param, "rate_limit_exceeded");
            case UNAVAILABLE -> new OpenAiError(message, SERVER, param, "overloaded");
            default -> new OpenAiError(message, status >= INTERNAL ? SERVER : "invalid_request_error", param, code);
        };
    }

    /** The error of an answer that did not complete. */
    static OpenAiError of(End end) {
        boolean isCancelled = end.outcome() == Outcome.CANCELLED;
        return new OpenAiError(end.detail().isEmpty() ? "the answer did not complete" : end.detail(), SERVER, null, isCancelled ? "cancelled" : "responder_failed");
    }

    /** The error of a response that ends before its answer does. */
    static OpenAiError interrupted(String reason) {
        return new OpenAiError("the response was interrupted: " + reason, SERVER, null, "interrupted");
    }

    /** The document, as UTF-8. */
    public byte[] json() {
        ObjectNode document = Json.object();
        document.putObject("error").put("message", message).put("type", type).put("param", param).put("code", code);
        return Json.bytes(document);
    }
}
