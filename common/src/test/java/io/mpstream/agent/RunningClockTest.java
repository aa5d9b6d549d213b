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
        assertEquals(LOOK_MS, passedMs(() -> pass(45_000)));
        assertTrue(clock.resumedMs() > 0);
        assertEquals(500, passedMs(() -> pass(500)));
        assertEquals(LOOK_MS, passedMs(() -> pass(3_600_000)));
    }

    @Test
    void shortDelayIsNoStop() {
        assertEquals(2 * LOOK_MS - 100, passedMs(() -> pass(2 * LOOK_MS - 100)));
        assertEquals(Long.MIN_VALUE, clock.resumedMs());
    }
}
