package io.mpstream.streamer.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who comes, who goes, and who is woken. */
class FollowersTest {
    private final Followers followers = new Followers();

    /** Counts how often it is woken, and may do something then. */
    private static final class Counting implements Follower {
        private int place;
        private int wakes;
        private Runnable onWake = () -> { };

        @Override
        public void wake() {
            wakes++;
            onWake.run();
        }

        @Override
        public void renew(Grant fresh) {
            throw new AssertionError("nobody has renewed");
        }

        @Override
        public int place() {
            return place;
        }

        @Override
        public void place(int place) {
            this.place = place;
        }
    }

    @Test
    void allWhoAreThereAreWokenOnceAndNobodyElse() {
        SplittableRandom random = new SplittableRandom(7);
        List<Counting> present = new ArrayList<>();
        List<Counting> everybody = IntStream.range(0, 100).mapToObj(i -> new Counting()).toList();
        for (int i = 0; i < 20_000; i++) {
            Counting one = everybody.get(random.nextInt(everybody.size()));
            if (present.remove(one)) {
                assertEquals(present.isEmpty(), followers.leave(one));
            } else {
                assertFalse(followers.leave(one), "it is not there");
                followers.join(one);
                present.add(one);
            }
            assertEquals(present.size(), followers.count());
            assertEquals(present.isEmpty(), followers.isEmpty());
            if (random.nextInt(3) == 0) {
                everybody.forEach(each -> each.wakes = 0);
                followers.wake();
                everybody.forEach(each -> assertEquals(present.contains(each) ? 1 : 0, each.wakes));
            }
        }
    }

    @Test
    void whoLeavesOrComesWhileAllAreWokenDisturbsNobody() {
        List<Counting> all = IntStream.range(0, 5).mapToObj(i -> new Counting()).toList();
        all.forEach(followers::join);
        Counting late = new Counting();
        all.get(1).onWake = () -> {
            followers.leave(all.get(1));
            followers.leave(all.get(3));
            followers.join(late);
        };
        followers.wake();
        assertEquals(List.of(1, 1, 1, 1, 1), all.stream().map(each -> each.wakes).toList());
        followers.wake();
        assertEquals(List.of(2, 1, 2, 1, 2), all.stream().map(each -> each.wakes).toList());
        assertEquals(1, late.wakes);
        assertTrue(followers.count() == 4);
    }
}
