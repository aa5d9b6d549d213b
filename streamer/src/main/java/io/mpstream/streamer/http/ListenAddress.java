package io.mpstream.streamer.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Where the server listens.
 *
 * @param host a name, or an address without brackets
 */
record ListenAddress(String host) {
    private static final String LOCALHOST = "localhost";
    private static final String LOOPBACK_4 = "127.0.0.1";
    private static final String LOOPBACK_6 = "::1";
    private static final int PORT_ATTEMPTS = 20;

    /** The one that is configured, which may have brackets. */
    static ListenAddress of(String configured) {
        boolean isBracketed = configured.startsWith("[") && configured.endsWith("]");
        return new ListenAddress(isBracketed ? configured.substring(1, configured.length() - 1) : configured);
    }

    /** Whether only this machine reaches it; false too if there is no such address, which is told when it is listened on. */
    boolean isLoopback() throws UnknownHostException {
        return InetAddress.getByName(host).isLoopbackAddress();
    }

    /** What is listened on: this machine is localhost over both protocols (RFC 6761, section 6.3), where there are both. */
    List<String> addresses() {
        return !host.equalsIgnoreCase(LOCALHOST) ? List.of(host) : isFree(LOOPBACK_6, 0) ? List.of(LOOPBACK_4, LOOPBACK_6) : List.of(LOOPBACK_4);
    }

    private static boolean isFree(String address, int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.ofLiteral(address))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A port that is free on all of these addresses; 0, for the system to choose, if there is but one. */
    static int freePort(List<String> addresses) throws IOException {
        for (int i = 0; addresses.size() > 1 && i < PORT_ATTEMPTS; i++) {
            int port;
            try (ServerSocket first = new ServerSocket()) {
                first.bind(new InetSocketAddress(InetAddress.ofLiteral(addresses.getFirst()), 0));
                port = first.getLocalPort();
            }
            if (addresses.stream().allMatch(each -> isFree(each, port))) {
                return port;
            }
        }
        return 0;
    }

    /** As a part of an address that clients on this machine can use: what stands for all addresses is none. */
    String inUrl() {
        try {
            if (InetAddress.getByName(host).isAnyLocalAddress()) {
                return LOCALHOST;
            }
        } catch (UnknownHostException e) {
            // Told when it is listened on.
        }
        // A scope's percent sign is escaped there (RFC 6874, section 2).
        return host.contains(":") ? "[" + host.replace("%", "%25") + "]" : host;
    }

    /** For a certificate, which names no scope. */
    String inCertificate() {
        return host.contains(":") && host.contains("%") ? host.substring(0, host.indexOf('%')) : host;
    }
}
