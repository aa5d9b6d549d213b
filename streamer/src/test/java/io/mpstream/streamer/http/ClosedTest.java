package io.mpstream.streamer.http;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import io.mpstream.streamer.http.request.ClientAddresses;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Addresses that others reach are not served by oversight. */
class ClosedTest {
    private static void check(String... args) {
        Settings settings = Settings.of(args);
        HttpEdge.requireClosed(settings, ListenAddress.of(settings.serverIp()));
    }

    @Test
    void addressThatOthersReachWantsUsersOrAWord() {
        for (List<String> args : List.of(List.of("--server-ip", "0.0.0.0"), List.of("--server-ip", "::"), List.of("--server-ip", "[::]"),
                List.of("--server-ip", "0.0.0.0", "--trusted-proxies", "10.0.0.0/8"), List.of("--server-ip", "0.0.0.0", "--tls-self-signed"))) {
            String line = assertThrows(StartupException.class, () -> check(args.toArray(String[]::new)), args::toString).getMessage();
            assertTrue(line.contains("--auth") && line.contains("--allow-anonymous"), line);
        }
        check("--server-ip", "0.0.0.0", "--allow-anonymous");
        check("--server-ip", "0.0.0.0", "--auth", "jwt");
    }

    @Test
    void addressOfThisMachineAloneWantsNeither() {
        for (String address : List.of("localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]")) {
            check("--server-ip", address);
        }
    }

    @Test
    void proxiesAreAddressesOrNetworks() {
        for (String bad : List.of("proxy.example", "10.0.0.0/33")) {
            String line = assertThrows(StartupException.class, () -> new ClientAddresses(List.of(bad))).getMessage();
            assertTrue(line.contains("--trusted-proxies"), line);
        }
    }
}
