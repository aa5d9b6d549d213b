package io.mpstream.streamer.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.StartupException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose word is taken for where a request comes from. */
class ClientAddressesTest {
    private static final String FORWARDED = "Forwarded";
    private static final String X_FORWARDED_FOR = "X-Forwarded-For";

    private static String of(List<String> proxies, String peer, String field, String... values) {
        HttpServerExchange exchange = exchange(peer);
        for (String value : values) {
            exchange.getRequestHeaders().add(new HttpString(field), value);
        }
        return new ClientAddresses(proxies).of(exchange).getHostAddress();
    }

    @Test
    void wordsOfStrangersAreIgnored() {
        assertEquals("203.0.113.7", of(List.of(), "203.0.113.7", X_FORWARDED_FOR, "10.0.0.1"));
        assertEquals("203.0.113.7", of(List.of("10.0.0.0/8"), "203.0.113.7", X_FORWARDED_FOR, "10.0.0.1"));
        assertEquals("203.0.113.7", of(List.of("10.0.0.0/8"), "203.0.113.7", FORWARDED, "for=127.0.0.1"));
    }

    @Test
    void theLastThatNoTrustedProxyHasWrittenCounts() {
        List<String> proxies = List.of("127.0.0.1", "10.0.0.0/8", "::1");
        assertEquals("203.0.113.7", of(proxies, "127.0.0.1", X_FORWARDED_FOR, "127.0.0.1, 1.2.3.4, 203.0.113.7"));
        assertEquals("203.0.113.7", of(proxies, "127.0.0.1", X_FORWARDED_FOR, "1.2.3.4, 203.0.113.7, 10.1.2.3"));
        assertEquals("203.0.113.7", of(proxies, "127.0.0.1", X_FORWARDED_FOR, "1.2.3.4", "203.0.113.7:4711"));
        assertEquals("203.0.113.7", of(proxies, "127.0.0.1", FORWARDED, "for=1.2.3.4;proto=http, by=10.0.0.1; For=\"203.0.113.7:80\""));
        assertEquals("2001:db8:0:0:0:0:0:1", of(proxies, "::1", FORWARDED, "for=\"[2001:db8::1]:80\""));
        assertEquals("10.1.2.3", of(proxies, "127.0.0.1", X_FORWARDED_FOR, "10.1.2.3"), "nobody is before it");
    }

    @Test
    void whatIsNoAddressEndsTheSearch() {
        List<String> proxies = List.of("127.0.0.1", "10.0.0.0/8");
        assertEquals("127.0.0.1", of(proxies, "127.0.0.1", X_FORWARDED_FOR, "1.2.3.4, localhost"));
        assertEquals("10.0.0.1", of(proxies, "127.0.0.1", FORWARDED, "for=1.2.3.4, for=_hidden, for=10.0.0.1"));
        assertEquals("127.0.0.1", of(proxies, "127.0.0.1", FORWARDED, "proto=http"));
        assertEquals("127.0.0.1", of(proxies, "127.0.0.1", X_FORWARDED_FOR, "999.1.1.1"));
    }

    @Test
    void fieldsThatDisagreeAreRefused() {
        HttpServerExchange exchange = exchange("127.0.0.1");
        exchange.getRequestHeaders().add(new HttpString(X_FORWARDED_FOR), "203.0.113.7");
        exchange.getRequestHeaders().add(new HttpString(FORWARDED), "for=127.0.0.1");
        ClientAddresses addresses = new ClientAddresses(List.of("127.0.0.1"));
        assertThrows(HttpProblem.class, () -> addresses.of(exchange));
        assertEquals("127.0.0.1", new ClientAddresses(List.of("10.0.0.1")).of(exchange).getHostAddress(), "of a stranger neither counts");
    }

    @Test
    void thisMachinesOwnRequestsAreNotCounted() {
        assertNull(new ClientAddresses(List.of()).account(exchange("127.0.0.3")));
        assertNull(new ClientAddresses(List.of("127.0.0.1")).account(exchange("127.0.0.1")));
        assertEquals("203.0.113.7", new ClientAddresses(List.of()).account(exchange("203.0.113.7")));
        HttpServerExchange passedOn = exchange("127.0.0.1");
        passedOn.getRequestHeaders().add(new HttpString(X_FORWARDED_FOR), "127.0.0.1");
        assertEquals("127.0.0.1", new ClientAddresses(List.of("127.0.0.1")).account(passedOn));
    }

    private static HttpServerExchange exchange(String peer) {
        HttpServerExchange exchange = new HttpServerExchange(null, 1_000);
        exchange.setSourceAddress(new InetSocketAddress(InetAddress.ofLiteral(peer), 1));
        return exchange;
    }

    @Test
    void addressesOfOneNetworkCountAsOne() {
        assertEquals("203.0.113.7", ClientAddresses.name(InetAddress.ofLiteral("203.0.113.7")));
        assertEquals(ClientAddresses.name(InetAddress.ofLiteral("2001:db8::1")), ClientAddresses.name(InetAddress.ofLiteral("2001:db8::ffff:1")));
    }

    @Test
    void onlyWhatIsWrittenOutIsAnAddress() {
        List<String> proxies = List.of("127.0.0.1");
        for (String number : List.of("1", "1.2", "1.2.3", "0x7f.1", "0177.0.0.1", "010.0.0.1", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "1.2.3.4:", "1.2.3.4:123456", "[1.2.3.4]", "1 2.3.4.5",
                "fe80", "1:2", "::ffff:1.2", "::ffff:010.0.0.1", "1::2::3", "[::1", "::1]", "[::1]:", "fe80::1%eth0", ":::", "1:2:3:4:5:6:7:8:9", "2130706433", "1.2.3.4/8")) {
            assertEquals("127.0.0.1", of(proxies, "127.0.0.1", X_FORWARDED_FOR, "203.0.113.7, " + number), number);
            assertEquals("127.0.0.1", of(proxies, "127.0.0.1", FORWARDED, "for=203.0.113.7, for=\"" + number + "\""), number);
            if (!number.equals("1.2.3.4/8")) {
                assertThrows(StartupException.class, () -> new ClientAddresses(List.of(number)), number);
                assertThrows(StartupException.class, () -> new ClientAddresses(List.of(number + "/8")), number);
            }
            assertFalse(ClientAddresses.isOfHere(number), number);
        }
        for (String address : List.of("1.2.3.4", "[2001:db8::1]:65535", "2001:db8::1", "::ffff:1.2.3.4", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "2001:db8:0:0:0:0:1.2.3.4", "1.2.3.4:_port")) {
            assertNotEquals("127.0.0.1", of(proxies, "127.0.0.1", X_FORWARDED_FOR, address), address);
        }
    }

    @Test
    void thisMachineHasManyNamesForItself() {
        for (String name : List.of("localhost", "LocalHost", "localhost.", "app.localhost", "a.b.LOCALHOST.", "ip6-localhost", "ip6-loopback", "127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1")) {
            assertTrue(ClientAddresses.isOfHere(name), name);
        }
        for (String name : List.of("", ".", "localhost..", "notlocalhost", "localhost.example", "localhost.evil.example.", "127.0.0.1.example", "127.0.0.1.", "127.1", "0.0.0.0", "::", "10.0.0.1", "ip6-localhost.example")) {
            assertFalse(ClientAddresses.isOfHere(name), name);
        }
        assertFalse(ClientAddresses.isOfHere(null));
    }

    @Test
    void whatIsNoNetworkIsRefused() {
        for (String wrong : List.of("10.0.0.0/33", "proxy.example", "10.0.0.0/x", "::1/129", "10.0.0.0 /8", "10/8", "")) {
            assertThrows(StartupException.class, () -> new ClientAddresses(List.of(wrong)), wrong);
        }
    }
}
