package io.mpstream.streamer.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestParsingTest {
    @Test
    void escapesAreDecodedAsUtf8() {
        assertEquals("醒醒，Neo", PercentDecoder.decode("%E9%86%92%E9%86%92%EF%BC%8CNeo", false));
        assertEquals("😀", PercentDecoder.decode("%f0%9f%98%80", false));
        assertEquals("a/b?c#d%e", PercentDecoder.decode("a/b%3Fc%23d%25e", false));
        assertEquals("a\0b\r\n", PercentDecoder.decode("a%00b%0D%0A", false));
        assertEquals("-._~!$&'()*+,;=:@/", PercentDecoder.decode("-._~!$&'()*+,;=:@/", false));
        assertEquals("{}|^`\\[]", PercentDecoder.decode("{}|^`\\[]", false), "browsers leave these as they are");
    }

    @Test
    void plusIsASpaceOnlyInForms() {
        assertEquals("a+b", PercentDecoder.decode("a+b", false));
        assertEquals("a b", PercentDecoder.decode("a+b", true));
        assertEquals("a+b", PercentDecoder.decode("a%2Bb", true));
    }

    @Test
    void whatIsMalformedIsRefused() {
        for (String bad : List.of("%", "a%", "%4", "%zz", "%4g", "%-1", "%+1", "% 1",
                "%FF", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%E9%86", "%80", "%F8%88%80%80%80",
                "\u00e9", "a b", "a\tb", "\u0000", "<", ">", "\"", "#", "\u007f", "%\uFF11\uFF11")) {
            assertEquals(400, assertThrows(HttpProblem.class, () -> PercentDecoder.decode(bad, false), bad).status());
        }
    }

    @Test
    void anyTextSurvivesEncodingAndDecoding() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(40), 0, Character.MAX_CODE_POINT + 1)
                    .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                    .forEach(text::appendCodePoint);
            String encoded = URLEncoder.encode(text.toString(), StandardCharsets.UTF_8);
            assertEquals(text.toString(), PercentDecoder.decode(encoded, true), "seed " + seed);
        }
    }

    @Test
    void anyBytesAreTextOrRefusedAndNothingElse() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder raw = new StringBuilder();
            random.ints(random.nextInt(12), 0, 256).forEach(c -> raw.append(random.nextBoolean() ? (char) c : "%" + Integer.toHexString(c)));
            try {
                assertTrue(PercentDecoder.decode(raw.toString(), random.nextBoolean()).indexOf('\uFFFD') < 0
                        || raw.toString().toLowerCase().contains("%ef%bf%bd"), "seed " + seed);
            } catch (HttpProblem e) {
                assertEquals(400, e.status());
            }
        }
    }

    @Test
    void outerSlashesAreNotPartOfTheQuery() {
        assertEquals("a/b", RequestPath.withoutOuterSlashes("//a/b///"));
        assertEquals("", RequestPath.withoutOuterSlashes("///"));
        assertEquals("", RequestPath.withoutOuterSlashes(""));
    }

    @Test
    void optionsAreRead() {
        QueryParameters options = QueryParameters.parseWithQuery("q=a+b%26c&user=me&on-disconnect=2s&unit=grapheme&format=text");
        assertEquals("a b&c", options.query());
        assertEquals("me", options.user());
        assertEquals(Format.TEXT, options.format());
        assertEquals("grapheme", options.unit(Format.TEXT));
        assertEquals(Duration.ofSeconds(2), options.onDisconnect().cancelAfter());
        assertNull(asking("").onDisconnect());
        assertEquals(Duration.ZERO, asking("on-disconnect=cancel").onDisconnect().cancelAfter());
        assertEquals(DisconnectPolicy.NEVER, asking("on-disconnect=continue").onDisconnect().cancelAfter());
        assertTrue(asking("data=json").isJsonData(Format.SSE));
    }

    @Test
    void optionsOfFollowingAreRead() {
        QueryParameters options = following("offset=12&live=long-poll&speed=0.5");
        assertEquals(12, options.offset());
        assertEquals(FollowOptions.Mode.POLL, options.mode());
        assertEquals(0.5, options.speed());
        assertEquals(-1, following("").offset());
        assertEquals(FollowOptions.Mode.LIVE, following("live=true").mode());
        assertEquals(FollowOptions.Mode.ONCE, following("live=false").mode());
        assertEquals(0, following("").speed());
    }

    @Test
    void readsOfDurableStreamsAreRead() {
        assertEquals(new DurableRead(0, DurableRead.Live.NO, -1), DurableRead.parse(""));
        assertEquals(new DurableRead(0, DurableRead.Live.LONG_POLL, -1), DurableRead.parse("offset=-1&live=long-poll"));
        assertEquals(new DurableRead(13, DurableRead.Live.SSE, 1_234), DurableRead.parse("cursor=1234&live=sse&offset=0000000000000013&x=1&x=2&ticket=t"));
        assertEquals(new DurableRead(DurableRead.NOW, DurableRead.Live.NO, -1), DurableRead.parse("offset=now"));
        for (String bad : List.of("offset=", "offset=-2", "offset=0,1", "offset=0%201", "offset=NOW", "offset=1&offset=2", "offset=-1&live=yes", "offset=-1&live=", "live=sse",
                "live=long-poll", "cursor=", "cursor=x", "cursor=-1", "cursor=" + "9".repeat(19))) {
            assertEquals(400, assertThrows(HttpProblem.class, () -> DurableRead.parse(bad), bad).status());
        }
    }

    @Test
    void badOptionsAreRefusedByName() {
        for (String bad : List.of("x=1", "q=1", "user=a&user=b", "on-disconnect=never", "on-disconnect=-1s", "on-disconnect=31d",
                "on-disconnect=200000d", "=", "=&x", "user=%FF", "utm=1", "FBCLID=1", "x_=1", "offset=1")) {
            assertEquals(400, assertThrows(HttpProblem.class, () -> asking(bad).onDisconnect(), bad).status());
        }
        for (String bad : List.of("format=xml", "format=", "unit=word", "data=xml", "format=sse&unit=char", "data=json")) {
            assertEquals(400, assertThrows(HttpProblem.class, () -> {
                QueryParameters options = asking(bad);
                Format format = options.format() == null ? Format.TEXT : options.format();
                options.unit(format);
                options.isJsonData(format);
            }, bad).status());
        }
        for (String bad : List.of("offset=-1", "offset=+1", "offset=1.5", "offset=", "offset=1234567890123456789", "live=yes", "speed=0", "speed=-1",
                "speed=1001", "speed=x", "speed=NaN", "user=me")) {
            assertEquals(400, assertThrows(HttpProblem.class, () -> {
                QueryParameters options = following(bad);
                options.offset();
                options.mode();
                options.speed();
            }, bad).status());
        }
        assertTrue(assertThrows(HttpProblem.class, () -> asking("temperature=1")).getMessage().contains("'temperature'"));
    }

    @Test
    void whatOthersAddToAnAddressIsIgnored() {
        assertEquals("x", QueryParameters.parseWithQuery("&&q=x&").query());
        assertEquals("x", QueryParameters.parseWithQuery("q=x&_=1&_=2&utm_source=a&utm_source=b&fbclid=1&gclid=%FF&evs_preamble=2056&_").query());
        assertEquals("", asking("&").user());
        assertEquals("a", asking("user=a&").user());
        assertEquals(5, following("&offset=5&&_=1").offset());
    }

    @Test
    void lastEventIdIsKnownByAllItsNames() {
        String id = "0".repeat(32) + ":7";
        for (String name : List.of("lastEventId", "lastEventID", "lasteventid", "Last-Event-ID", "last-event-id", "LAST-EVENT-ID", "evs_last_event_id", "last%2Devent-id")) {
            assertEquals(id, following(name + "=" + id).lastEventId(), name);
            assertEquals(id, asking("lastEventId=x&" + name + "=" + id.replace(":", "%3A")).lastEventId(), "the last one is what the client added");
        }
        assertThrows(HttpProblem.class, () -> QueryParameters.parse("lastEventId=" + id, QueryParameters.OF_LIST));
    }

    @Test
    void lastEventIdOfTheHeaderWins() {
        HttpServerExchange exchange = new HttpServerExchange(null, 1_000);
        String id = "0".repeat(32) + ":";
        assertNull(EventId.last(exchange, following("lastEventId=")));
        assertEquals(7, EventId.last(exchange, following("lastEventId=" + id + "7")).offset());
        assertThrows(HttpProblem.class, () -> EventId.last(exchange, following("lastEventId=x")));
        exchange.getRequestHeaders().put(new HttpString("Last-Event-ID"), id + "9");
        assertEquals(9, EventId.last(exchange, following("lastEventId=" + id + "7")).offset());
        assertEquals(9, EventId.last(exchange, following("lastEventId=x")).offset());
    }

    private static QueryParameters asking(String raw) {
        return QueryParameters.parse(raw, QueryParameters.OF_ASKING);
    }

    private static QueryParameters following(String raw) {
        return QueryParameters.parse(raw, QueryParameters.OF_FOLLOWING);
    }

    @Test
    void formatIsWhatTheClientWantsMost() {
        for (String accept : List.of("*/*", "text/plain", "text/*", "text/html, */*;q=0.1", "TEXT/PLAIN",
                "application/json, text/plain;q=0.5", "text/plain; charset=utf-8", "image/avif,image/*,*/*;q=0.8")) {
            assertEquals(Format.TEXT, chosen(accept), accept);
        }
        assertEquals(Format.TEXT, Accept.choose(new HeaderMap()));
        for (String accept : List.of("text/event-stream", "text/event-stream, */*", "*/*, text/event-stream", "text/plain;q=0.5, text/event-stream",
                "text/plain;q=0, text/*", "text/plain;q=0.0, */*")) {
            assertEquals(Format.SSE, chosen(accept), accept);
        }
        for (String accept : List.of("application/x-ndjson", "application/*", "text/*;q=0.4, application/x-ndjson;q=0.5")) {
            assertEquals(Format.NDJSON, chosen(accept), accept);
        }
        for (String accept : List.of("application/json", "image/*", "text/event-stream;q=0", "x,")) {
            assertNull(chosen(accept), accept);
        }
        for (String accept : List.of("", " ", ",", " , ,")) {
            assertEquals(Format.TEXT, chosen(accept), "that says nothing");
            assertFalse(Accept.namesFormat(new HeaderMap().put(Headers.ACCEPT, accept)));
        }
        assertTrue(Accept.namesFormat(new HeaderMap().put(Headers.ACCEPT, "text/event-stream")));
        assertFalse(Accept.namesFormat(new HeaderMap().put(Headers.ACCEPT, "*/*")));
    }

    private static Format chosen(String accept) {
        return Accept.choose(new HeaderMap().put(Headers.ACCEPT, accept));
    }
}
