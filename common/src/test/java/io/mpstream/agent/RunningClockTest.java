package io.mpstream.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunningClockTest {
    private static final long LOOK_MS = TimeUnit.NANOSECONDS.toMillis(RunningClock.LOOK_EVERY_NS);

    private long systemNs = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5);
    private final RunningClock clock = new RunningClock(() -> systemNs);

    private void pass(long ms) {
        systemNs += TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private long passedMs(Runnable what) {
        long startNs = clock.nanoTime();
        what.run();
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - startNs);
    }

    @Test
    void timeThatIsLookedAtPasses() {
        assertEquals(20_000, passedMs(() -> {
            for (int i = 0; i < 20; i++) {
                pass(1_000);
                clock.nanoTime();
            }
        }));
        assertEquals(Long.MIN_VALUE, clock.resumedMs());
    }

    @Test
    void timeInWhichNobodyLookedDoesNotPass() {
        assertTrue(passedMs(() -> pass(45_000)) < 500);
        assertTrue(clock.resumedMs() > 0);
        assertEquals(500, passedMs(() -> pass(500)));
        assertTrue(passedMs(() -> pass(3_600_000)) < 500);
    }

    @Test
    void timeDoesNotGoBack() {
        long last = clock.nanoTime();
        for (int i = 0; i < 200; i++) {
            // Looks between those that are noted, and then a stop.
            pass(i % 10 == 9 ? 45_000 : 10L * i);
            long now = clock.nanoTime();
            assertTrue(now - last >= 0, "look " + i);
            last = now;
        }
    }

    @Test
    void shortDelayIsNoStop() {
        assertEquals(2 * LOOK_MS - 100, passedMs(() -> pass(2 * LOOK_MS - 100)));
        assertEquals(Long.MIN_VALUE, clock.resumedMs());
    }
}
