package io.mpstream.streamer.http.request;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client says of its bytes is honoured or refused. */
class ContentTypeTest {
    private static HttpServerExchange exchange(String field, String... values) {
        HttpServerExchange exchange = new HttpServerExchange(null, 1_000);
        List.of(values).forEach(value -> exchange.getRequestHeaders().add(new HttpString(field), value));
        return exchange;
    }

    @Test
    void utf8PassesHoweverItIsWritten() {
        ContentType.requireUtf8(exchange("Accept"));
        for (String type : List.of("text/plain", "application/json", "text/plain; charset=utf-8", "text/plain;charset=UTF-8", "text/plain; charset=\"utf-8\"", "text/plain; Charset=Utf8",
                "text/plain; format=flowed; charset=utf-8 ", "text/plain; charset=us-ascii", "text/plain; charset = utf-8; x=y", "text/plain;", "text/plain; x=charset")) {
            assertDoesNotThrow(() -> ContentType.requireUtf8(exchange("Content-Type", type)), type);
        }
        assertDoesNotThrow(() -> ContentType.requireUtf8(exchange("Content-Encoding", "identity")));
    }

    @Test
    void whatIsSomethingElseIsRefused() {
        for (String type : List.of("text/plain; charset=iso-8859-1", "text/plain; charset=latin1", "application/json; charset=utf-16", "text/plain;charset=\"UTF-16LE\"", "text/plain; charset=gbk",
                "text/plain; charset=", "text/plain; charset=\"\"", "text/plain; charset=no such", "text/plain; charset='utf-8'", "text/plain; charset=utf-8; charset=utf-16", "text/plain; charset=utf-7")) {
            assertEquals(415, assertThrows(HttpProblem.class, () -> ContentType.requireUtf8(exchange("Content-Type", type)), type).status());
        }
        assertThrows(HttpProblem.class, () -> ContentType.requireUtf8(exchange("Content-Type", "text/plain", "text/plain; charset=utf-16")));
        for (String coding : List.of("gzip", "br", "identity, gzip", "x-gzip", "deflate")) {
            assertEquals(415, assertThrows(HttpProblem.class, () -> ContentType.requireUtf8(exchange("Content-Encoding", coding)), coding).status());
        }
        assertThrows(HttpProblem.class, () -> ContentType.requireUtf8(exchange("Content-Encoding", "identity", "gzip")));
    }
}
