package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Thousands who connect and then say nothing, or no more: they cost little, and others are served. When they are too many, others wait for them. */
@Timeout(90)
@Isolated("it has nearly all files that a process may have open, and measures")
class IdleConnectionsIT {
    private static final int CONNECTIONS = 10_000;
    /** Each source address has its own ports. */
    private static final int ADDRESSES = 8;
    private static final long GROWTH_BYTES_MAX = 192L << 20;
    private static final int ASKED_MEANWHILE = 100;
    private static final byte[] PROBE = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    @Test
    void idleConnectionsCostLittleAndOthersWaitOnlyWhenThereAreTooMany() throws Exception {
        // Both ends are files, of this process and of the streamer.
        int count = (int) Math.min(CONNECTIONS, openFilesMax() - 500);
        try (RunningServer server = RunningServer.start(folder, RunningServer.AS_SHIPPED, "--responder", "echo", "--server-ip", "127.0.0.1", "--connections-max", Integer.toString(count + 1))) {
            Bystander.Times before = Bystander.alone(server, "x");
            Footprint streamer = Footprint.ofStreamer(server);
            long memory = streamer.anonymousBytes();
            long files = streamer.files();
            List<SocketChannel> idle = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    idle.add(connect(server, i));
                }
                Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> streamer.files() >= files + count);
                Bystander.Times during = Bystander.times(server, "x", ASKED_MEANWHILE);
                long grown = streamer.anonymousBytes() - memory;
                System.out.println("IdleConnectionsIT: " + count + ": before " + before + "; during " + during + "; the streamer grew by " + (grown >> 20) + " MiB");
                assertTrue(during.isWithin(before, 4, 50), "before " + before + "; during " + during);
                assertTrue(grown < GROWTH_BYTES_MAX, "grew by " + (grown >> 20) + " MiB");
                assertOneTooManyWaits(server, idle);
            } finally {
                for (SocketChannel each : idle) {
                    each.close();
                }
            }
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> streamer.files() <= files + 5);
        }
    }

    private static void assertOneTooManyWaits(RunningServer server, List<SocketChannel> idle) throws Exception {
        try (Wire last = server.connect()) {
            assertEquals("x\n", last.ask("x").response().body());
            try (Wire tooMany = server.connect().ask("y")) {
                Thread waiting = Thread.ofVirtual().start(() -> assertEquals("y\n", tooMany.response().body()));
                assertTrue(!waiting.join(java.time.Duration.ofMillis(300)), "was served at once");
                idle.removeLast().close();
                idle.removeLast().close();
                assertTrue(waiting.join(java.time.Duration.ofSeconds(10)), "was not served");
            }
        }
    }

    /** Every other one has asked once. */
    private static SocketChannel connect(RunningServer server, int i) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (2 + i % ADDRESSES)}), 0));
        channel.connect(new InetSocketAddress("127.0.0.1", server.address().getPort()));
        if (i % 2 == 0) {
            channel.write(ByteBuffer.wrap(PROBE));
            assertTrue(channel.read(ByteBuffer.allocate(1_000)) > 0);
        }
        return channel;
    }

    private static long openFilesMax() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream().filter(each -> each.startsWith("Max open files")).findFirst().orElseThrow();
        String soft = line.substring("Max open files".length()).strip().split("\\s+")[0];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
    }
}
