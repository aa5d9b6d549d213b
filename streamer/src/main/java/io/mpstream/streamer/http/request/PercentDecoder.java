package io.mpstream.streamer.http.request;

import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoded UTF-8 (RFC 3986, section 2.1), strictly: what is malformed is an error, never U+FFFD. What browsers leave as it is counts
 * as itself (URL Standard, section 1.3), though the RFC would have it escaped.
 */
final class PercentDecoder {
    private static final String ALLOWED_UNESCAPED = "-._~!$&'()*+,;=:@/?[]{}|^`\\";

    private PercentDecoder() {
    }

    /**
     * Decodes a path or a part of a query string.
     *
     * @param raw         as it was sent, one char a byte
     * @param plusIsSpace as in forms
     * @throws HttpProblem 400, saying what is malformed and where
     */
    static String decode(String raw, boolean plusIsSpace) {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes[length++] = escaped(raw, i);
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes[length++] = ' ';
            } else if (isAllowed(c)) {
                bytes[length++] = (byte) c;
            } else {
                throw malformed("byte 0x%02X at position %d must be percent-encoded".formatted((int) c, i));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("the percent-encoded bytes are not UTF-8");
        }
    }

    private static byte escaped(String raw, int at) {
        int high = at + 2 < raw.length() ? digit(raw.charAt(at + 1)) : -1;
        int low = at + 2 < raw.length() ? digit(raw.charAt(at + 2)) : -1;
        if (high < 0 || low < 0) {
            throw malformed("the escape at position " + at + " is not % and two hexadecimal digits");
        }
        return (byte) (high << 4 | low);
    }

    /** ASCII digits only: Character.digit would take others. */
    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || ALLOWED_UNESCAPED.indexOf(c) >= 0;
    }

    private static HttpProblem malformed(String detail) {
        return new HttpProblem(StatusCodes.BAD_REQUEST, detail);
    }
}
