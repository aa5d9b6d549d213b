package io.mpstream.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryJournalTest extends JournalContractTest {
    @Override
    protected Journal<byte[]> open() {
        return new MemoryJournal<>(BytesCodec::new);
    }

    @Test
    void trimBySizeDropsTheOldestAndSeekTells() {
        append("aaaa");
        long first = commit();
        append("bbbb");
        commit();
        append("cccc");
        long third = commit();
        Tailer<byte[]> tailer = tailer();
        read(tailer);

        assertTrue(journal().trim(third, new Retention(Duration.ofHours(1), 2 * 24)) > 0);
        assertEquals(List.of("bbbb", "cccc"), read(tailer()));
        assertFalse(tailer.seek(first));
        assertEquals(List.of("bbbb", "cccc"), read(tailer));
    }

    @Test
    void trimStopsAtTheFloor() {
        append("a");
        commit();
        append("b");
        long floor = commit();
        append("c");
        commit();
        journal().trim(floor, new Retention(Duration.ZERO, 0));
        assertEquals(List.of("b", "c"), read(tailer()));
    }
}
