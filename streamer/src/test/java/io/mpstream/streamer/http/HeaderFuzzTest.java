package io.mpstream.streamer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import io.mpstream.protocol.StreamId;
import io.mpstream.settings.StartupException;
import io.mpstream.streamer.http.request.Accept;
import io.mpstream.streamer.http.request.ClientAddresses;
import io.mpstream.streamer.http.request.Cors;
import io.mpstream.streamer.http.request.EventId;
import io.mpstream.streamer.http.request.Format;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.QueryParameters;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Header fields and options of any content: they say something, or the request is bad; nothing else comes of them. */
class HeaderFuzzTest {
    private static final String[] RANGES = {"text/plain", "text/event-stream", "application/x-ndjson", "text/*", "*/*", "application/*", ",", ";", "q=", "q=0", "q=1", "q=0.5",
        "q=0.0000000000000000001", "q=1.1", "q=-1", " ", "TEXT/", "a/b", "=", "\t"};
    private static final String[] ADDRESSES = {"for=", "For = ", "\"", "[", "]", "127.0.0.1", "10.0.0.1", "203.0.113.7", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", ":80", ",", ";", "_hidden",
        "unknown", "999.1.1.1", "1.2", "0x7f.1", "0177.0.0.1", ":", "by=", "proto=http", " ", "1.2.3.4.5", "[1.2.3.4]", "1:2:3:4:5:6:7:8", "::ffff:1.2", ":_x"};

    @Test
    void acceptChoosesAFormatOrNone() {
        Fuzz.run(fuzz -> {
            HeaderMap headers = new HeaderMap();
            for (int i = fuzz.upTo(2); i >= 0; i--) {
                headers.add(Headers.ACCEPT, fuzz.words(8, RANGES));
            }
            Format chosen = Accept.choose(headers);
            assertFalse(chosen == null && Accept.namesFormat(headers));
            // What is wanted more than anything else is what is had.
            Format wanted = fuzz.pick(Format.values());
            headers.clear();
            headers.add(Headers.ACCEPT, wanted.range() + ";q=1, " + fuzz.pick("*/*;q=0.9", "text/*;q=0.3", "a/b", "text/plain;q=0.1, text/event-stream;q=0.1;q=0.2"));
            assertEquals(wanted, Accept.choose(headers));
        });
    }

    @Test
    void addressIsFoundOrRefusedAndStrangersAreNotBelieved() {
        List<String> proxies = List.of("127.0.0.1", "10.0.0.0/8");
        ClientAddresses trusting = new ClientAddresses(proxies);
        Fuzz.run(fuzz -> {
            boolean isProxy = fuzz.oneIn(2);
            HttpServerExchange exchange = exchange(isProxy ? "127.0.0.1" : "203.0.113.9");
            String said = fuzz.words(8, ADDRESSES);
            HttpString field = new HttpString(fuzz.pick("Forwarded", "X-Forwarded-For"));
            exchange.getRequestHeaders().add(field, said);
            InetAddress address = trusting.of(exchange);
            assertTrue(isProxy || address.equals(exchange.getSourceAddress().getAddress()), "the word of a stranger was believed");
            assertNotNull(ClientAddresses.name(address));
            exchange.getRequestHeaders().add(new HttpString(fuzz.pick("Forwarded", "X-Forwarded-For")), fuzz.words(5, ADDRESSES));
            Fuzz.refuses(HttpProblem.class, () -> trusting.account(exchange));
            ClientAddresses.isOfHere(fuzz.words(4, ADDRESSES));
        });
    }

    @Test
    void lastHopIsBelievedWhateverStandsBeforeIt() {
        ClientAddresses trusting = new ClientAddresses(List.of("127.0.0.1"));
        Fuzz.run(fuzz -> {
            boolean isForwarded = fuzz.oneIn(2);
            String before = fuzz.words(6, ADDRESSES).replace("\"", "");
            HttpServerExchange exchange = exchange("127.0.0.1");
            exchange.getRequestHeaders().add(new HttpString(isForwarded ? "Forwarded" : "X-Forwarded-For"), before + "," + (isForwarded ? "for=" : "") + "203.0.113.7");
            assertEquals("203.0.113.7", trusting.of(exchange).getHostAddress(), before);
        });
    }

    @Test
    void networksAreNetworksOrRefused() {
        Fuzz.run(fuzz -> Fuzz.refuses(StartupException.class, () -> new ClientAddresses(List.of(fuzz.words(4, "10.0.0.0", "::1", "/", "8", "33", "128", "999", ".", ":", " ", "[", "]", "%")))));
    }

    @Test
    void eventIdIsReadOrRefused() {
        HttpString field = new HttpString("Last-Event-ID");
        Fuzz.run(fuzz -> {
            EventId id = new EventId(new StreamId(fuzz.any(), fuzz.any()), Math.floorMod(fuzz.number(), 1_000_000_000_000_000_000L), fuzz.oneIn(2));
            String text = id.stream() + ":" + id.offset() + (id.isEnd() ? ":end" : "");
            HttpServerExchange exchange = exchange("127.0.0.1");
            exchange.getRequestHeaders().add(field, text);
            assertEquals(id, EventId.last(exchange, QueryParameters.parse("", QueryParameters.OF_FOLLOWING)));
            exchange.getRequestHeaders().clear();
            String other = fuzz.mutate(text);
            exchange.getRequestHeaders().add(field, other);
            Fuzz.refuses(HttpProblem.class, () -> {
                EventId read = EventId.last(exchange, QueryParameters.parse("", QueryParameters.OF_FOLLOWING));
                assertTrue(read == null ? other.isEmpty() : other.startsWith(read.stream() + ":") && read.offset() >= 0, other);
            });
        });
    }

    @Test
    void bearerIsTheTokenOrNone() {
        Fuzz.run(fuzz -> {
            HeaderMap headers = new HeaderMap();
            String value = fuzz.words(4, "Bearer", "bearer ", " ", "Basic ", "a.b.c", ",", "\"", "=");
            headers.add(Headers.AUTHORIZATION, value);
            String token = Authentication.bearer(headers);
            assertTrue(token.isEmpty() || value.toLowerCase().startsWith("bearer ") && value.contains(token) && token.equals(token.strip()), value);
            headers.add(Headers.AUTHORIZATION, value);
            Fuzz.refuses(HttpProblem.class, () -> Authentication.bearer(headers));
            assertNull(Authentication.bearer(new HeaderMap()));
        });
    }

    @Test
    void originIsForeignUnlessItIsThisOneOrNamed() {
        Cors cors = new Cors(List.of("https://a.example"));
        Fuzz.run(fuzz -> {
            HttpServerExchange exchange = exchange("127.0.0.1");
            exchange.setRequestMethod(fuzz.pick(Methods.GET, Methods.POST));
            exchange.setRequestScheme("http");
            String host = fuzz.pick("h", "h:80", "a.example", "[::1]:8000");
            exchange.getRequestHeaders().add(Headers.HOST, host);
            String origin = fuzz.words(3, "https://", "http://", "a.example", "h", ":80", "[::1]:8000", "null", "/", " ", ".");
            exchange.getRequestHeaders().add(Headers.ORIGIN, origin);
            boolean isHere = origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
            assertEquals(!isHere && !origin.equals("https://a.example"), cors.isForeign(exchange), origin + " " + host);
        });
    }

    @Test
    void optionsAreReadOrRefused() {
        String[] names = {"q", "format", "unit", "data", "user", "on-disconnect", "offset", "live", "speed", "ticket", "limit", "before", "x"};
        String[] values = {"text", "sse", "char", "grapheme", "any", "json", "continue", "cancel", "30s", "31d", "999999999d", "0", "1", "-1", "999999999999999999", "9999999999999999999",
            "true", "false", "long-poll", "0.5", "1000.1", "%C3%A9", "%", "%zz", "+", "%00", "\u0661", "", "=", "a&b"};
        Fuzz.run(fuzz -> {
            Map<String, String> given = new HashMap<>();
            StringBuilder raw = new StringBuilder();
            for (int i = fuzz.upTo(4); i > 0; i--) {
                String name = fuzz.pick(names);
                String value = fuzz.pick(values);
                given.put(name, value);
                raw.append(raw.isEmpty() ? "" : "&").append(name).append('=').append(value);
            }
            String text = fuzz.oneIn(3) ? fuzz.mutate(raw.toString()) : raw.toString();
            Fuzz.refuses(HttpProblem.class, () -> use(fuzz.oneIn(2) ? QueryParameters.parseWithQuery(text) : QueryParameters.parse(text, fuzz.pick(QueryParameters.OF_FOLLOWING, QueryParameters.OF_LIST))));
        });
    }

    private static void use(QueryParameters options) {
        Fuzz.refuses(HttpProblem.class, () -> assertTrue(options.offset() >= -1));
        Fuzz.refuses(HttpProblem.class, () -> assertTrue(options.speed() >= 0 && options.speed() <= 1_000));
        Fuzz.refuses(HttpProblem.class, () -> assertTrue(options.limit() > 0 && options.limit() <= 500));
        Fuzz.refuses(HttpProblem.class, options::mode);
        Fuzz.refuses(HttpProblem.class, options::onDisconnect);
        Fuzz.refuses(HttpProblem.class, () -> {
            Format format = options.format();
            options.unit(format == null ? Format.TEXT : format);
            options.isJsonData(format == null ? Format.SSE : format);
        });
        assertTrue(options.query().indexOf('\uFFFD') < 0 || options.query().contains("\uFFFD"));
        assertNotNull(options.user());
    }

    private static HttpServerExchange exchange(String peer) {
        HttpServerExchange exchange = new HttpServerExchange(null, 16_000);
        exchange.setSourceAddress(new InetSocketAddress(InetAddress.ofLiteral(peer), 1));
        return exchange;
    }
}
