package io.mpstream.streamer.http.request;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client says of the bytes of its body (RFC 9110, sections 8.3 and 8.4): bodies are UTF-8 as it is, and what says something else is
 * refused.
 */
public final class ContentType {
    private static final String IDENTITY = "identity";
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s\"]*))\\s*(?=;|$)");
    private static final Pattern NAMES_CHARSET = Pattern.compile("(?i);\\s*charset\\s*=");

    private ContentType() {
    }

    /** The media type without parameters, in small letters; an empty string if there is none. */
    public static String mediaType(HeaderMap headers) {
        String type = headers.getFirst(Headers.CONTENT_TYPE);
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /**
     * Lets a body pass that is UTF-8 as it is, or does not say what it is.
     *
     * @throws HttpProblem 415, saying what is understood
     */
    public static void requireUtf8(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        HeaderValues codings = headers.get(Headers.CONTENT_ENCODING);
        if (codings != null && !codings.stream().allMatch(each -> each.isBlank() || each.strip().equalsIgnoreCase(IDENTITY))) {
            throw unsupported("a body is sent as it is, without a Content-Encoding");
        }
        HeaderValues types = headers.get(Headers.CONTENT_TYPE);
        if (types != null && (types.size() > 1 || !isUtf8(types.getFirst()))) {
            throw unsupported("a body is UTF-8; its Content-Type names no other charset");
        }
    }

    private static boolean isUtf8(String type) {
        if (type.indexOf(';') < 0) {
            // As nearly all are: without parameters.
            return true;
        }
        Matcher charset = CHARSET.matcher(type);
        if (!charset.find()) {
            return !NAMES_CHARSET.matcher(type).find();
        }
        String name = charset.group(1) == null ? charset.group(2) : charset.group(1);
        boolean isOnly = !charset.find();
        try {
            Charset named = Charset.forName(name);
            // ASCII is UTF-8 too.
            return isOnly && (named.equals(StandardCharsets.UTF_8) || named.equals(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static HttpProblem unsupported(String detail) {
        return new HttpProblem(StatusCodes.UNSUPPORTED_MEDIA_TYPE, detail);
    }
}
