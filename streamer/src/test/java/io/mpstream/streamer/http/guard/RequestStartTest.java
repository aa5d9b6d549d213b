package io.mpstream.streamer.http.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What may stand before a request, and what may not begin one. */
class RequestStartTest {
    private final RequestStart start = new RequestStart();

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What is left of the bytes, with the carriage return that was held back. */
    private String passed(String text) {
        ByteBuffer bytes = bytes((start.releaseCr() ? "\r" : "") + text);
        start.passEmptyLines(bytes);
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    @Test
    void emptyLinesArePassedOver() {
        assertEquals("GET /", passed("\r\n\r\nGET /"));
        start.next();
        assertEquals("GET /\r\n", passed("GET /\r\n"));
        start.next();
        assertEquals("", passed("\r\n"));
        assertEquals("POST", passed("\r\nPOST"));
    }

    @Test
    void lineThatComesInTwoPiecesIsOne() {
        assertEquals("", passed("\r"));
        assertEquals("", passed("\n\r"));
        assertEquals("GET", passed("\nGET"));
        start.next();
        assertEquals("", passed("\r"));
        assertEquals("\rGET", passed("GET"), "a bare carriage return is no line");
    }

    @Test
    void bareLineEndsAndTooManyLinesAreNotPassedOver() {
        assertEquals("\nGET", passed("\nGET"));
        assertEquals("\r\rGET", passed("\r\rGET"));
        assertEquals("\r\nGET", passed("\r\n".repeat(RequestStart.EMPTY_LINES_MAX + 1) + "GET"));
        start.next();
        assertEquals("", passed("\r\n".repeat(RequestStart.EMPTY_LINES_MAX)));
        assertEquals("\r\n", passed("\r\n"));
        assertEquals("\r", passed("\r"));
    }

    @Test
    void greetingOfHttp2MayOnlyComeFirstAndAsItIs() {
        assertTrue(start.take(bytes("PRI * HTTP/2.0\r\n")));
        assertFalse(start.isOpen());
        start.next();
        assertFalse(start.take(bytes("PRI *")));
        for (String greeting : new String[] {"pri *", "Pri ", "PRi /"}) {
            assertFalse(new RequestStart().take(bytes(greeting)), greeting);
        }
        RequestStart other = new RequestStart();
        assertTrue(other.take(bytes("P")) && other.take(bytes("R")) && other.take(bytes("IVATE")));
        assertFalse(other.isOpen());
        other.next();
        assertTrue(other.take(bytes("PR")) && other.take(bytes("i")));
        assertFalse(other.take(bytes(" ")));
    }
}
