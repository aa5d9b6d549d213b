package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotesTest {
    @Test
    void theyAreInTheOrderInWhichTheyWereSaidAndTheLastWordHolds() {
        Notes notes = Notes.NONE.with("model", "m").with("finish_reason", "length").with("model", "n");
        assertEquals(List.of("model", "finish_reason"), new ArrayList<>(notes.all().keySet()));
        assertEquals("n", notes.all().get("model"));
    }

    @Test
    void theyAreFewAndShort() {
        Notes full = Notes.NONE;
        for (int i = 0; i < Notes.COUNT_MAX; i++) {
            full = full.with("n" + i, "x".repeat(Notes.VALUE_LENGTH_MAX));
        }
        Notes all = full;
        assertThrows(IllegalArgumentException.class, () -> all.with("more", ""));
        assertThrows(IllegalArgumentException.class, () -> Notes.NONE.with("n", "x".repeat(Notes.VALUE_LENGTH_MAX + 1)));
        for (String name : List.of("", "1", "a b", "é", "a".repeat(33), "\n")) {
            assertThrows(IllegalArgumentException.class, () -> Notes.NONE.with(name, ""), name);
        }
        assertThrows(IllegalArgumentException.class, () -> Notes.NONE.with("n", "\ud800"));
    }
}
