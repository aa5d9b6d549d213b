package io.mpstream.streamer.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.fuzz.Fuzz;
import io.undertow.server.HttpServerExchange;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Paths of any bytes, against a decoder that has no other virtue than to be plain. */
class PathFuzzTest {
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?[]{}|^`\\";
    private static final String HEX = "0123456789abcdef";

    /** The text, or null for what must be refused. */
    private static String expected(String raw, boolean plusIsSpace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                String digits = raw.substring(i + 1, Math.min(raw.length(), i + 3));
                if (!digits.matches("[0-9a-fA-F]{2}")) {
                    return null;
                }
                bytes.write(16 * HEX.indexOf(Character.toLowerCase(digits.charAt(0))) + HEX.indexOf(Character.toLowerCase(digits.charAt(1))));
                i += 2;
            } else if (PLAIN.indexOf(c) >= 0) {
                bytes.write(c == '+' && plusIsSpace ? ' ' : c);
            } else {
                return null;
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static String decoded(String raw, boolean plusIsSpace) {
        try {
            return PercentDecoder.decode(raw, plusIsSpace);
        } catch (HttpProblem e) {
            assertEquals(400, e.status());
            return null;
        }
    }

    private static String escaped(byte[] bytes, Fuzz fuzz) {
        StringBuilder raw = new StringBuilder();
        for (byte b : bytes) {
            boolean isPlain = PLAIN.indexOf(b) >= 0 && b != '+' && fuzz.oneIn(2);
            raw.append(isPlain ? Character.toString(b) : (fuzz.oneIn(2) ? "%%%02x" : "%%%02X").formatted(b & 0xFF));
        }
        return raw.toString();
    }

    @Test
    void anyTextIsWhatWasEscaped() {
        Fuzz.run(fuzz -> {
            String text = fuzz.text(30);
            assertEquals(text, PercentDecoder.decode(escaped(text.getBytes(StandardCharsets.UTF_8), fuzz), fuzz.oneIn(2)));
        });
    }

    @Test
    void whatIsRefusedAndWhatIsReadIsAsTheStandardsSay() {
        Fuzz.run(fuzz -> {
            String raw = fuzz.oneIn(2)
                    ? fuzz.mutate(escaped(fuzz.mutate(fuzz.text(10).getBytes(StandardCharsets.UTF_8)), fuzz))
                    : fuzz.words(8, "%", "%2", "%41", "%e9", "%86", "%92", "%C0", "%ED%A0%80", "%F4%90%80%80", "a", "+", "/", "?", " ", "\u00e9", "%00", "%\uff11\uff11", "#");
            boolean plusIsSpace = fuzz.oneIn(2);
            assertEquals(expected(raw, plusIsSpace), decoded(raw, plusIsSpace), raw);
        });
    }

    @Test
    void pathOfATargetIsWhatFollowsTheHost() {
        Fuzz.run(fuzz -> {
            String path = "/" + fuzz.words(6, "a", "/", "//", "://", "?", "%2F", "@", ":");
            HttpServerExchange exchange = new HttpServerExchange(null);
            boolean isAbsolute = fuzz.oneIn(2);
            String authority = fuzz.pick("h", "h:1", "[::1]:80", "");
            exchange.setRequestURI(isAbsolute ? "http://" + authority + path : path, isAbsolute);
            assertEquals(path, RequestPath.of(exchange));
            String inner = RequestPath.withoutOuterSlashes(path);
            assertEquals(path.replaceAll("^/+|/+\\z", ""), inner);
        });
    }
}
