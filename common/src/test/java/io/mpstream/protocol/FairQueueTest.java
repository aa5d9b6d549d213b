package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final int FLOOD = 20_000;

    private final FairQueue<String> queue = new FairQueue<>();

    /** What waits, of the account that its first letter names. */
    private void add(String... ones) {
        for (String one : ones) {
            queue.add(one.substring(0, 1), one);
        }
    }

    /** Serves all, and holds what was foretold to it. */
    private List<String> served() {
        List<String> foretold = foretold();
        List<String> served = new ArrayList<>();
        for (String one = queue.poll(); one != null; one = queue.poll()) {
            served.add(one);
        }
        assertEquals(foretold, served);
        assertTrue(queue.isEmpty());
        return served;
    }

    private List<String> foretold() {
        List<String> foretold = new ArrayList<>();
        queue.forEachInTurn(foretold::add);
        assertEquals(queue.size(), foretold.size());
        return foretold;
    }

    @Test
    void nobodyWaitsAtFirst() {
        assertTrue(queue.isEmpty());
        assertEquals(0, queue.size());
        assertNull(queue.poll());
        assertEquals(List.of(), foretold());
    }

    @Test
    void oneAccountIsServedFirstComeFirst() {
        add("a1", "a2", "a3");
        assertEquals(List.of("a1", "a2", "a3"), served());
    }

    @Test
    void accountsTakeTurns() {
        add("a1", "a2", "a3", "b1", "c1", "c2");
        assertEquals(List.of("a1", "b1", "c1", "a2", "c2", "a3"), served());
    }

    @Test
    void accountThatJoinsComesBeforeTheOneThatWasServedLast() {
        add("a1", "a2", "a3");
        assertEquals("a1", queue.poll());
        add("b1", "b2", "c1");
        assertEquals(List.of("b1", "c1", "a2", "b2", "a3"), served());
    }

    @Test
    void joiningShortlyBeforeOrAfterATurnIsTheSame() {
        add("a1", "a2", "b1");
        FairQueue<String> before = new FairQueue<>();
        List.of("a1", "a2", "b1", "c1").forEach(one -> before.add(one.substring(0, 1), one));
        assertEquals("a1", before.poll());
        assertEquals("a1", queue.poll());
        add("c1");
        List<String> foretold = new ArrayList<>();
        before.forEachInTurn(foretold::add);
        assertEquals(foretold, foretold());
    }

    @Test
    void accountThatAsksAgainWhenItWasServedKeepsNobodyWaiting() {
        add("a1", "a2", "a3", "b1");
        List<String> served = new ArrayList<>();
        for (int i = 2; i < 6; i++) {
            served.add(queue.poll());
            add("b" + i);
        }
        assertEquals(List.of("a1", "b1", "a2", "b2"), served);
        assertEquals(List.of("a3", "b3", "b4", "b5"), served());
    }

    @Test
    void oneThatLeavesTakesNoTurn() {
        add("a1", "a2", "b1", "b2", "c1");
        assertTrue(queue.remove("b", "b1"));
        assertFalse(queue.remove("b", "b1"));
        assertFalse(queue.remove("d", "b2"));
        assertTrue(queue.remove("c", "c1"));
        assertEquals(List.of("a1", "b2", "a2"), served());
    }

    @Test
    void oneThatWasServedElsewhereTakesTheTurnOfItsAccount() {
        add("a1", "a2", "b1", "c1");
        assertTrue(queue.served("a", "a1"));
        assertEquals(List.of("b1", "c1", "a2"), foretold());
        assertFalse(queue.served("b", "not known here"));
        assertEquals(List.of("c1", "a2", "b1"), foretold());
        assertFalse(queue.served("d", "nor is its account"));
        assertEquals(List.of("c1", "a2", "b1"), served());
    }

    @Test
    void sameOneWaitsOnce() {
        add("a1", "a1");
        assertEquals(1, queue.size());
        assertEquals(List.of("a1"), served());
    }

    @Test
    void noneWaitsForMoreThanOneOfEachOtherAccount() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            askAndLeave(random, round + "-before");
            queue.poll();
            add("x" + round);
            int served = 1;
            while (!queue.poll().equals("x" + round)) {
                askAndLeave(random, round + "-" + served);
                served++;
            }
            assertTrue(served <= 7, "seed " + seed + ": " + served);
        }
    }

    /** Accounts a to f ask and leave as they like. */
    private void askAndLeave(Random random, String name) {
        for (int asked = random.nextInt(4); asked > 0; asked--) {
            String one = (char) ('a' + random.nextInt(6)) + name + "-" + asked;
            add(one);
            if (random.nextInt(3) == 0) {
                queue.remove(one.substring(0, 1), one);
            }
        }
    }

    @Test
    void floodThatIsCancelledIsNotQuadratic() {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < FLOOD; i++) {
                queue.add("a", "a" + i);
                queue.add("many" + i, "m" + i);
            }
            add("b1");
            assertEquals(2 * FLOOD + 1, foretold().size());
            for (int i = FLOOD - 1; i >= 0; i--) {
                assertTrue(queue.remove("a", "a" + i));
                assertTrue(queue.remove("many" + i, "m" + i));
            }
        });
        assertEquals(List.of("b1"), served());
    }
}
