package io.mpstream.streamer.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a page may send is what its library wants to send. */
class CorsTest {
    private static Set<String> fields(String... asked) {
        HttpServerExchange exchange = new HttpServerExchange(null, 1_000);
        for (String each : asked) {
            exchange.getRequestHeaders().add(new HttpString("Access-Control-Request-Headers"), each);
        }
        return Cors.fields(exchange);
    }

    @Test
    void whatIsAskedForIsAllowed() {
        assertTrue(fields("cache-control,pragma , x-requested-with,traceparent", "X-Other").containsAll(Set.of("cache-control", "pragma", "x-requested-with", "traceparent", "X-Other")));
        assertTrue(fields("cache-control").containsAll(fields()));
        assertEquals(fields(), fields("authorization, LAST-EVENT-ID"));
    }

    @Test
    void whatIsNoFieldIsLeftOut() {
        assertEquals(fields(), fields("a b", "é", "x:y", "", ",", "\"q\"", "x".repeat(101), "a\tb"));
    }

    @Test
    void tooManyAreCut() {
        StringBuilder many = new StringBuilder("f");
        for (int i = 0; i < 1_000; i++) {
            many.append(",f").append(i);
        }
        Set<String> fields = fields(many.toString());
        assertTrue(fields.size() <= 105 && fields.contains("f50"));
        assertFalse(fields.contains("f500"));
    }
}
