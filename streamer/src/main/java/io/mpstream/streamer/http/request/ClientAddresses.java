package io.mpstream.streamer.http.request;

import io.mpstream.settings.StartupException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses that requests come from. What {@code Forwarded} (RFC 7239) or {@code X-Forwarded-For} say counts only where a trusted proxy has
 * written it: from the connection backwards, the first address that is no trusted proxy's. A proxy writes one of the two and passes on the
 * other as it came: where they disagree nobody knows which is which.
 */
public final class ClientAddresses {
    private static final HttpString FORWARDED = new HttpString("Forwarded");
    private static final HttpString X_FORWARDED_FOR = new HttpString("X-Forwarded-For");
    private static final List<HttpString> TRACES = List.of(FORWARDED, X_FORWARDED_FOR, new HttpString("X-Forwarded-Host"),
            new HttpString("X-Forwarded-Proto"), new HttpString("X-Real-IP"), new HttpString("Via"));
    private static final Pattern FOR = Pattern.compile("(?i)(?:^|;)\\s*for\\s*=\\s*\"?([^;\"]+)\"?");
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
    /** Near enough: the rest is checked by whoever reads it (RFC 4291, section 2.2). */
    private static final String IPV6 = "(?:[0-9a-fA-F]{0,4}:){2,8}(?:[0-9a-fA-F]{0,4}|" + IPV4 + ")";
    private static final Pattern ADDRESS = Pattern.compile(IPV4 + "|" + IPV6);
    private static final String PORT = "(?::(?:\\d{1,5}|_[\\w.-]+))?";
    /** An address with or without its port; in brackets if it is one of IPv6 that has one (RFC 7239, section 6). */
    private static final Pattern NODE = Pattern.compile("\\[(" + IPV6 + ")]" + PORT + "|(" + IPV4 + ")" + PORT + "|(" + IPV6 + ")");
    /** This machine for itself, besides localhost and what ends in it (RFC 6761, section 6.3): some systems call it so over IPv6. */
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "ip6-localhost", "ip6-loopback");
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
                throw new StartupException("--trusted-proxies must be addresses or networks such as 10.0.0.0/8, not '" + text + "'");
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
     * @throws StartupException if one is neither an address nor a network
     */
    public ClientAddresses(List<String> proxies) {
        this.proxies = proxies.stream().map(each -> Network.parse(each.strip())).toList();
    }

    /** An address written out in full, never a name to be looked up, nor a number that some read as one; null if it is none. */
    private static InetAddress literal(String text) {
        try {
            return ADDRESS.matcher(text).matches() ? InetAddress.ofLiteral(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Where a request comes from.
     *
     * @throws HttpProblem 400 if trusted proxies say two things of it
     */
    public InetAddress of(HttpServerExchange exchange) {
        InetAddress address = exchange.getSourceAddress().getAddress();
        if (!isProxy(address)) {
            return address;
        }
        List<InetAddress> said = new ArrayList<>();
        for (List<String> hops : hops(exchange.getRequestHeaders())) {
            said.add(before(address, hops));
        }
        if (said.isEmpty()) {
            return address;
        }
        if (!said.getFirst().equals(said.getLast())) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "Forwarded and X-Forwarded-For name different addresses");
        }
        return said.getFirst();
    }

    /** The first that is no trusted proxy's. */
    private InetAddress before(InetAddress connected, List<String> hops) {
        InetAddress address = connected;
        for (int i = hops.size() - 1; i >= 0 && isProxy(address); i--) {
            InetAddress before = address(hops.get(i));
            if (before == null) {
                // Hidden or nonsense: the last that is known.
                return address;
            }
            address = before;
        }
        return address;
    }

    private boolean isProxy(InetAddress address) {
        return !proxies.isEmpty() && proxies.stream().anyMatch(each -> each.contains(address));
    }

    /** What each of the fields says that are there. */
    private static List<List<String>> hops(HeaderMap headers) {
        List<List<String>> all = new ArrayList<>();
        for (HttpString field : List.of(FORWARDED, X_FORWARDED_FOR)) {
            if (headers.contains(field)) {
                List<String> hops = new ArrayList<>();
                headers.get(field).forEach(value -> Collections.addAll(hops, value.split(",")));
                if (field == FORWARDED) {
                    hops.replaceAll(ClientAddresses::node);
                }
                all.add(hops);
            }
        }
        return all;
    }

    /** Who one element of {@code Forwarded} is for. */
    private static String node(String element) {
        Matcher found = FOR.matcher(element);
        return found.find() ? found.group(1) : "";
    }

    private static InetAddress address(String text) {
        Matcher node = NODE.matcher(text.strip());
        if (!node.matches()) {
            return null;
        }
        return literal(node.group(1) != null ? node.group(1) : node.group(2) != null ? node.group(2) : node.group(3));
    }

    /** What a request is counted as that need not prove anything; null for one of this machine itself, which no proxy has passed on. */
    public String account(HttpServerExchange exchange) {
        InetAddress address = of(exchange);
        boolean isPassedOn = isProxy(address) && !hops(exchange.getRequestHeaders()).isEmpty();
        return address.isLoopbackAddress() && address.equals(exchange.getSourceAddress().getAddress()) && !isPassedOn ? null : name(address);
    }

    /** What an address is counted as. */
    public static String name(InetAddress address) {
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

    /** Whether a name is this machine's for itself. */
    public static boolean isOfHere(String host) {
        if (host == null) {
            return false;
        }
        String name = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).toLowerCase(Locale.ROOT);
        if (LOOPBACK_NAMES.contains(name) || name.endsWith(".localhost")) {
            return true;
        }
        InetAddress address = literal(host);
        return address != null && address.isLoopbackAddress();
    }

    /**
     * Whether a request was sent on this machine, to it by its own name, by no page of another origin, and, as far as can be seen, by nobody in
     * between. Where proxies are trusted nobody is believed to be here.
     */
    public boolean isFromHere(HttpServerExchange exchange) {
        boolean isPassedOn = TRACES.stream().anyMatch(exchange.getRequestHeaders()::contains);
        // A page elsewhere may have its own name point to this machine; the name gives it away.
        boolean isNamed = isOfHere(exchange.getHostName());
        return proxies.isEmpty() && exchange.getSourceAddress().getAddress().isLoopbackAddress() && !isPassedOn && isNamed && !Cors.isOfAnotherOrigin(exchange);
    }
}
