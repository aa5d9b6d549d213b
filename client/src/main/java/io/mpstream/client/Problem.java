package io.mpstream.client;

import io.mpstream.client.json.JsonException;
import io.mpstream.client.json.JsonObject;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/** What went wrong, in the words of the server or of the JDK. */
final class Problem {
    private static final int DETAIL_MAX = 500;

    private Problem() {
    }

    /** The exception for a response, to a request for this path, that is none of success. */
    static MpstreamException of(String path, int status, String contentType, String body) {
        String detail = "";
        long firstOffset = -1;
        if (contentType.toLowerCase(Locale.ROOT).startsWith("application/problem+json")) {
            try {
                JsonObject problem = JsonObject.read(body);
                detail = problem.has("detail") ? problem.string("detail") : "";
                firstOffset = problem.has("firstOffset") ? problem.number("firstOffset") : -1;
            } catch (JsonException e) {
                // The status says enough; that of a HEAD has no body.
            }
        } else if (contentType.startsWith("text/plain")) {
            detail = body.strip();
        }
        detail = detail.isEmpty() ? "without a reason" : detail.substring(0, Math.min(detail.length(), DETAIL_MAX));
        // Where streams have owners, one that has left is like somebody else's.
        boolean isGone = status == 410 || status == 404 && path.contains("/v1/stream/");
        return isGone ? new GoneException(detail, firstOffset) : new RefusedException(status, detail);
    }

    /** Why a connection broke, or could not be made. */
    static String why(Throwable failure) {
        Throwable cause = failure;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof UnresolvedAddressException) {
            return "there is no such host";
        }
        if (cause instanceof ConnectException || cause instanceof ClosedChannelException) {
            return "connection refused";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
