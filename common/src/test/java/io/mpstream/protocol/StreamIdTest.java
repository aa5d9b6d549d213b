package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamIdTest {
    @Test
    void textFormReadsBack() {
        StreamId id = new StreamId(0x00ffL, -2);
        assertEquals("00000000000000fffffffffffffffffe", id.toString());
        assertEquals(id, StreamId.parse(id.toString()));
        assertNotEquals(StreamId.mint(), StreamId.mint());
    }

    @Test
    void newOneSaysItsShardAndItsSecond() {
        long beforeS = System.currentTimeMillis() / 1_000;
        StreamId id = StreamId.mint();
        long afterS = System.currentTimeMillis() / 1_000;
        long second = Long.parseLong(id.toString().substring(3, 11), 16) + Instant.parse("2020-01-01T00:00:00Z").getEpochSecond();
        assertEquals("000", id.toString().substring(0, 3));
        assertTrue(beforeS <= second && second <= afterS, id.toString());
    }

    @Test
    void restOfANewOneIsRandom() {
        Set<String> highs = new HashSet<>();
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            StreamId id = StreamId.mint();
            highs.add(id.toString().substring(11, 16));
            hashes.add(id.hashCode());
        }
        assertTrue(highs.size() > 9_000 && hashes.size() > 9_900, highs.size() + " and " + hashes.size());
    }

    @Test
    void anythingElseIsRefused() {
        String good = StreamId.mint().toString();
        for (String bad : List.of("", "0", good + "0", good.substring(1), "g" + good.substring(1), "A" + good.substring(1),
                "+" + good.substring(1), "\n" + good.substring(1))) {
            assertThrows(IllegalArgumentException.class, () -> StreamId.parse(bad), bad);
        }
    }
}
