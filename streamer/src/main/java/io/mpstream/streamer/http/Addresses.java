package io.mpstream.streamer.http;

import io.mpstream.config.Refusal;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses that requests come from. What {@code Forwarded} (RFC 7239) or {@code X-Forwarded-For} say counts only where a trusted proxy has
 * written it: from the connection backwards, the first address that is no trusted proxy's.
 */
final class Addresses {
    private static final HttpString FORWARDED = new HttpString("Forwarded");
    private static final HttpString X_FORWARDED_FOR = new HttpString("X-Forwarded-For");
    private static final List<HttpString> TRACES = List.of(FORWARDED, X_FORWARDED_FOR, new HttpString("X-Forwarded-Host"),
            new HttpString("X-Forwarded-Proto"), new HttpString("X-Real-IP"), new HttpString("Via"));
    private static final Pattern FOR = Pattern.compile("(?i)(?:^|;)\\s*for\\s*=\\s*\"?([^;\"]+)\"?");
    /** An address with or without its port; in brackets if it is one of IPv6 that has one. */
    private static final Pattern NODE = Pattern.compile("\\[([0-9a-fA-F:.]+)](?::\\d+)?|(\\d+\\.\\d+\\.\\d+\\.\\d+)(?::\\d+)?|([0-9a-fA-F:]+(?:\\.\\d+){0,4})");
    /** Who has one address of IPv6 has all that share its first half. */
    private static final int NETWORK_BYTES = 8;

    private final List<Network> proxies;

    private record Network(byte[] prefix, int bits) {
        static Network parse(String text) {
            int slash = text.indexOf('/');
            InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
            int bitsMax = address == null ? 0 : 8 * address.getAddress().length;
            String bits = slash < 0 ? Integer.toString(bitsMax) : text.substring(slash + 1);
            if (address == null || !bits.matches("\\d{1,3}") || Integer.parseInt(bits) > bitsMax) {
                throw new Refusal("--trusted-proxies must be addresses or networks such as 10.0.0.0/8, not '" + text + "'");
            }
            return new Network(address.getAddress(), Integer.parseInt(bits));
        }

        boolean contains(InetAddress address) {
            byte[] other = address.getAddress();
            if (other.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((other[bit / 8] ^ prefix[bit / 8]) & 0x80 >> bit % 8) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Trusts these proxies.
     *
     * @throws Refusal if one is neither an address nor a network
     */
    Addresses(List<String> proxies) {
        this.proxies = proxies.stream().map(each -> Network.parse(each.strip())).toList();
    }

    /** An address written as numbers, never a name to be looked up; null if it is none. */
    private static InetAddress literal(String text) {
        try {
            return NODE.matcher(text).matches() ? InetAddress.ofLiteral(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Where a request comes from. */
    InetAddress of(HttpServerExchange exchange) {
        InetAddress address = exchange.getSourceAddress().getAddress();
        if (proxies.isEmpty()) {
            return address;
        }
        List<String> hops = hops(exchange.getRequestHeaders());
        for (int i = hops.size() - 1; i >= 0 && isProxy(address); i--) {
            InetAddress before = node(hops.get(i));
            if (before == null) {
                // Hidden or nonsense: the last that is known.
                return address;
            }
            address = before;
        }
        return address;
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(each -> each.contains(address));
    }

    private static List<String> hops(HeaderMap headers) {
        List<String> hops = new ArrayList<>();
        boolean isStandard = headers.contains(FORWARDED);
        for (String value : isStandard ? headers.get(FORWARDED) : headers.contains(X_FORWARDED_FOR) ? headers.get(X_FORWARDED_FOR) : List.<String>of()) {
            Collections.addAll(hops, value.split(","));
        }
        if (isStandard) {
            hops.replaceAll(hop -> {
                Matcher found = FOR.matcher(hop);
                return found.find() ? found.group(1) : "";
            });
        }
        return hops;
    }

    private static InetAddress node(String text) {
        Matcher node = NODE.matcher(text.strip());
        if (!node.matches()) {
            return null;
        }
        return literal(node.group(1) != null ? node.group(1) : node.group(2) != null ? node.group(2) : node.group(3));
    }

    /** What an address is counted as; null for this machine's own. */
    static String name(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return null;
        }
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        try {
            byte[] network = address.getAddress();
            Arrays.fill(network, NETWORK_BYTES, network.length, (byte) 0);
            return InetAddress.getByAddress(network).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("it was an address", e);
        }
    }

    /** Whether a request was sent on this machine, to it by its own name, and by nobody in between. */
    static boolean isFromHere(HttpServerExchange exchange) {
        boolean isPassedOn = TRACES.stream().anyMatch(exchange.getRequestHeaders()::contains);
        // A page elsewhere may have its own name point to this machine; the name gives it away.
        String host = exchange.getHostName();
        InetAddress named = literal(host == null ? "" : host);
        boolean isNamed = "localhost".equalsIgnoreCase(host) || named != null && named.isLoopbackAddress();
        return exchange.getSourceAddress().getAddress().isLoopbackAddress() && !isPassedOn && isNamed;
    }
}
