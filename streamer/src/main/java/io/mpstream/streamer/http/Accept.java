package io.mpstream.streamer.http;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.util.Locale;

/** Whether a client takes plain text (RFC 9110, section 12.5.1). */
final class Accept {
    private static final String[] PLAIN_TEXT = {"text/plain", "text/*", "*/*"};

    private Accept() {
    }

    /** True without an {@code Accept} field too. The most specific range that matches decides. */
    static boolean takesPlainText(HeaderMap headers) {
        HeaderValues values = headers.get(Headers.ACCEPT);
        if (values == null || values.isEmpty()) {
            return true;
        }
        String accept = String.join(",", values).toLowerCase(Locale.ROOT);
        for (String range : PLAIN_TEXT) {
            for (String part : accept.split(",")) {
                String[] parameters = part.split(";");
                if (parameters[0].strip().equals(range)) {
                    return !isRefused(parameters);
                }
            }
        }
        return false;
    }

    private static boolean isRefused(String[] parameters) {
        for (String parameter : parameters) {
            if (parameter.strip().matches("q\\s*=\\s*0(\\.0*)?")) {
                return true;
            }
        }
        return false;
    }
}
