package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Clients that ask and are gone at once, and such as send frames that mean nothing: nothing of them stays, and others are served meanwhile. */
@Timeout(90)
@Isolated("it measures what storms do to others")
class ResetStormsIT {
    private static final int PRIORITY = 2;
    private static final int LEAVERS = 2_000;
    /** Three connections are shown out for it. */
    private static final int RAPID = 3_000;
    private static final int FLOOD = 20_000;
    private static final int ASKED_MEANWHILE = 10;
    /** Of a client on the same two processors: one that is not served waits for seconds. */
    private static final long HARM_MS_MAX = 500;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    private static Bystander.Times before;
    private static Footprint streamer;
    private static long files;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, RunningServer.AS_SHIPPED, "--responder", Steps.responder(), "--on-disconnect", "1s", "--user-asks-max", "0");
        before = Bystander.alone(server, "say x");
        streamer = Footprint.ofStreamer(server);
        files = streamer.files();
    }

    @Test
    void clientsThatResetTheirConnectionsLeaveNothing() {
        duringThis("connections reset", () -> {
            for (int i = 0; i < LEAVERS; i++) {
                Wire wire = server.connect().ask("say x | hang");
                if (i % 2 == 0) {
                    assertEquals(200, wire.head().status());
                }
                try {
                    wire.reset();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    @Test
    void streamsThatAreResetRapidlyLeaveNothing() {
        duringThis("streams reset", () -> {
            String target = "/" + Wire.encode("say x | hang");
            int left = RAPID;
            while (left > 0) {
                try (Http2Wire wire = connect()) {
                    try {
                        for (; left > 0; left--) {
                            wire.reset(wire.get(target));
                        }
                    } catch (UncheckedIOException e) {
                        // Shown out, with all that was on its way; and back again.
                        left -= 1_000;
                    }
                }
            }
        });
    }

    @Test
    void framesWithoutUseAreTakenNowAndThen() {
        for (int type : List.of(Http2Wire.PING, Http2Wire.SETTINGS, PRIORITY, 99)) {
            byte[] payload = new byte[type == Http2Wire.PING ? 8 : type == PRIORITY ? 5 : 0];
            duringThis("frames of type " + type, () -> assertShownOut(type, type == PRIORITY ? 3 : 0, payload));
        }
    }

    private static void assertShownOut(int type, int stream, byte[] payload) {
        try (Http2Wire wire = connect()) {
            int sent = 0;
            try {
                for (; sent < FLOOD; sent++) {
                    wire.frame(type, 0, stream, payload);
                }
            } catch (UncheckedIOException e) {
                // It has heard enough.
            }
            assertClosed(wire);
        }
    }

    private static void assertClosed(Http2Wire wire) {
        try {
            wire.rest();
        } catch (UncheckedIOException e) {
            // What it says last is not answered.
        }
    }

    @Test
    void windowsMayBeOpenedAsOftenAsAnybodyLikes() {
        duringThis("windows opened", () -> {
            try (Http2Wire wire = connect()) {
                for (int i = 0; i < FLOOD; i++) {
                    wire.frame(Http2Wire.WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(1).array());
                }
                assertEquals("x\n", wire.whole(wire.ask("say x")).body());
            }
        });
    }

    @Test
    void dataOnStreamsThatAreOverClosesTheConnectionAtMost() {
        duringThis("data on streams that are over", () -> {
            try (Http2Wire wire = connect()) {
                int stream = wire.ask("say x");
                assertEquals("x\n", wire.whole(stream).body());
                try {
                    for (int i = 0; i < FLOOD; i++) {
                        wire.frame(Http2Wire.DATA, 0, stream, new byte[100]);
                    }
                } catch (UncheckedIOException e) {
                    // It has heard enough.
                }
                assertClosed(wire);
            }
        });
    }

    /** Others are served meanwhile, and afterwards there is what there was. */
    private static void duringThis(String name, Runnable storm) {
        try (Bystander bystander = Bystander.of(server, "say x")) {
            storm.run();
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> bystander.count() >= ASKED_MEANWHILE);
            Bystander.Times during = bystander.times();
            System.out.println("ResetStormsIT: " + name + ": before " + before + "; during " + during);
            assertTrue(during.isWithin(before, 4, HARM_MS_MAX), name + ": before " + before + "; during " + during);
        }
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> streamer.files() <= files + 5);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> {
            try (Wire wire = server.connect()) {
                return !wire.get("/v1/streams?limit=50").response().body().contains("\"state\":\"started\"");
            }
        });
    }

    private static Http2Wire connect() {
        return new Http2Wire(server.address().getPort(), Http2Wire.WIDE);
    }
}
