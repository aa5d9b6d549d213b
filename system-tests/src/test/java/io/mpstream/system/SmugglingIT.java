package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that two readers could take for different things: here each has one reading, or none, and nothing in a body is ever a request. */
class SmugglingIT {
    private static final String POST = "POST /v1/streams HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: localhost\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    /** The responder echoes: whoever takes this for a request answers with the word. */
    private static final String HIDDEN = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String HIDDEN_LENGTH = "Content-Length: " + HIDDEN.length() + "\r\n";
    private static final long CLOSED_S = 5;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", "echo");
    }

    @Test
    void lengthAndEncodingThatContradictAreRefused() throws Exception {
        refuse(POST + "Content-Length: 4\r\n" + CHUNKED + "\r\n0\r\n\r\n" + HIDDEN);
        refuse(POST + CHUNKED + "Content-Length: 4\r\n\r\n0\r\n\r\n" + HIDDEN);
        refuse(POST + CHUNKED + CHUNKED + "\r\n0\r\n\r\n" + HIDDEN);
        refuse(POST + HIDDEN_LENGTH + "Transfer-Encoding:\r\n chunked\r\n\r\n" + HIDDEN);
        refuse(POST.replace("HTTP/1.1", "HTTP/1.0") + CHUNKED + "\r\n0\r\n\r\n" + HIDDEN);
        List<String> lengths = List.of("3\r\nContent-Length: " + HIDDEN.length(), "3\r\nContent-Length: 3", "3, 3", "3, 5", "-1", "+3", "0x3", "3 4", "1e1",
                "", "\u00b2", "3\u000b", "99999999999999999999", "18446744073709551619", "9223372036854775807");
        Together.play(lengths.size(), i -> refuse(POST + "Content-Length: " + lengths.get(i) + "\r\n\r\nabc" + HIDDEN));
    }

    @Test
    void encodingsThatAreNotChunkedAreRefused() throws Exception {
        List<String> encodings = List.of("xchunked", "\u000bchunked", "\"chunked\"", "", "chunked, chunked", "gzip, chunked", "chunked, gzip", "identity",
                "identity\r\nTransfer-Encoding: chunked", "chunked;x", "chun ked");
        // The server lingers for a moment with each.
        Together.play(encodings.size(), i -> {
            refuse(POST + "Transfer-Encoding: " + encodings.get(i) + "\r\n\r\n0\r\n\r\n" + HIDDEN);
            refuse(POST + HIDDEN_LENGTH + "Transfer-Encoding: " + encodings.get(i) + "\r\n\r\n" + HIDDEN);
        });
        refuse(POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN);
        refuse(POST + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n" + HIDDEN);
        for (String encoding : List.of("CHUNKED", "chunked\t", "\tchunked", " chunked ")) {
            assertTrue(ask(POST + "Transfer-Encoding: " + encoding + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n").startsWith("HTTP/1.1 201"), encoding);
        }
    }

    @Test
    void chunksWhoseSizeIsInDoubtAreRefused() throws Exception {
        List<String> sizes = List.of("FFFFFFFFFFFFFFFFF", "10000000000000000", "10000000000000003", "7fffffffffffffff", "-1", "+3", "0x3", " 3", "", "g");
        Together.play(sizes.size(), i -> refuse(POST + CHUNKED + "\r\n" + sizes.get(i) + "\r\nabc\r\n0\r\n\r\n" + HIDDEN));
        refuse(POST + CHUNKED + "\r\n3\r\nabc0\r\n\r\n" + HIDDEN);
        refuse(POST + CHUNKED + "\r\n3\r\nabcXX0\r\n\r\n" + HIDDEN);
    }

    @Test
    void nothingAfterAChunkedBodyIsARequest() {
        for (String body : List.of("3\r\nabc\r\n0\r\n\r\n", "3\nabc\n0\n\n", "3;\nabc\r\n0\r\n\r\n", "3\r\nabcdef\r\n0\r\n\r\n", "3;a=b\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\r\n0\r\nContent-Length: 500\r\n\r\n")) {
            assertHarmless(POST + CHUNKED + "\r\n" + body + HIDDEN);
        }
        assertHarmless(GET + CHUNKED + "\r\n0\r\n\r\n" + HIDDEN);
        assertHarmless(POST + CHUNKED + "\r\n3;" + "x".repeat(4_000_000) + "\r\nabc\r\n0\r\n\r\n" + HIDDEN);
        assertHarmless(POST + CHUNKED + "\r\n3\r\nabc\r\n0\r\n" + ("X: " + "y".repeat(1_000) + "\r\n").repeat(2_000) + "\r\n" + HIDDEN);
    }

    @Test
    void headsWithDoubtfulLinesAreRefused() {
        refuse("GET /a HTTP/1.1\nHost: localhost\n\n");
        refuse("GET /a HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n");
        refuse("GET /a HTTP/1.1\rHost: localhost\r\r");
        refuse(GET + "X: y\rX: z\r\n\r\n");
        refuse("GET /a HTTP/1.1\r\n Host: localhost\r\n\r\n");
        for (String line : List.of("X : y", "X\t: y", "X: a\0b", "X\0: b", "X: a\u0001b", "X", ": x", "X: y\r\n\r")) {
            refuse(GET + line + "\r\n\r\n");
        }
        refuse("GET  /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        refuse("GET\t/a\tHTTP/1.1\r\nHost: localhost\r\n\r\n");
        for (String lines : List.of("\n", "\r", "\n\r\n", "\r\r\n", "\r\n".repeat(9), "\r\n \r\n")) {
            refuse(lines + GET + "\r\n");
        }
        refuse("GET /a http/1.1\r\nHost: localhost\r\n\r\n");
        refuse("GET /a HTTP/2.0\r\nHost: localhost\r\n\r\n");
    }

    @Test
    void oneHostOnly() {
        refuse("GET http://evil.example/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        refuse("GET http://localhost/a HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        refuse(GET + "Host: evil.example\r\n\r\n");
        refuse(GET + "Host: localhost\r\n\r\n");
        for (String host : List.of("local host", "localhost, evil", "localhost@evil", "localhost/x")) {
            refuse("GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }
        assertTrue(ask("GET http://localhost/same HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").contains("\r\n1\r\nm\r\n"));
    }

    @Test
    void bodiesThatNobodyReadsAreNoRequests() {
        for (String head : List.of(GET, GET.replace("GET", "HEAD"), GET.replace("GET", "PUT"), "DELETE /v1/stream/" + "0".repeat(32) + " HTTP/1.1\r\nHost: localhost\r\n",
                "GET /v1/ws HTTP/1.1\r\nHost: localhost\r\n", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
                POST.replace("text/plain", "text/html"), POST + "Transfer_Encoding: chunked\r\n", POST + "Accept: text/html\r\n",
                POST + "Upgrade: h2c\r\nHTTP2-Settings: \r\n")) {
            assertHarmless(head + "Connection: close\r\n" + HIDDEN_LENGTH + "\r\n" + HIDDEN);
        }
        try (Wire wire = server.connect()) {
            // What comes after the body is the next request.
            wire.send(GET + HIDDEN_LENGTH + "\r\n" + HIDDEN + "GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(400, wire.response().status());
            assertEquals("next\n", wire.response().body());
        }
    }

    /** Refused with 400, or without a word, and closed. */
    private static void refuse(String sent) {
        String answer = ask(sent);
        assertTrue(answer.isEmpty() || answer.matches("(?s)HTTP/1.[01] 400 .*"), shown(sent) + " -> " + answer);
        assertEquals(answer.isEmpty() ? -1 : 0, answer.lastIndexOf("HTTP/1."), shown(sent) + " -> " + answer);
        assertFalse(answer.contains("Exception"), answer);
    }

    private static void assertHarmless(String sent) {
        String answer = ask(sent);
        assertFalse(answer.contains("s\r\n1\r\nm"), shown(sent) + " -> " + answer);
        assertFalse(answer.startsWith("HTTP/1.1 5"), shown(sent) + " -> " + answer);
        assertTrue(answer.lastIndexOf("HTTP/1.1 ") <= 0, shown(sent) + " -> " + answer);
    }

    /** What comes until the connection is closed, which must be soon. */
    private static String ask(String sent) {
        long startNs = System.nanoTime();
        try (Wire wire = server.connect()) {
            List<String> answers = new ArrayList<>();
            Thread reader = Thread.ofVirtual().start(() -> answers.add(wire.rest()));
            try {
                wire.send(sent);
            } catch (java.io.UncheckedIOException e) {
                // It has heard enough.
            }
            reader.join();
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(CLOSED_S), "was not closed: " + shown(sent) + " -> " + answers);
            return answers.getFirst();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String shown(String sent) {
        return sent.substring(0, Math.min(200, sent.length())).replace("\r", "\\r").replace("\n", "\\n");
    }
}
