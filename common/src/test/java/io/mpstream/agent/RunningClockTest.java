package io.mpstream.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunningClockTest {
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
        assertEquals(1_000, passedMs(() -> pass(45_000)));
        assertTrue(clock.resumedMs() > 0);
        assertEquals(500, passedMs(() -> pass(500)));
        assertEquals(1_000, passedMs(() -> pass(3_600_000)));
    }

    @Test
    void shortDelayIsNoStop() {
        assertEquals(1_900, passedMs(() -> pass(1_900)));
        assertEquals(Long.MIN_VALUE, clock.resumedMs());
    }
}
