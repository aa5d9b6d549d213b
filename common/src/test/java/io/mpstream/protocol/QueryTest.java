package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryTest {
    @Test
    void accountIsTheUserUnlessTheTermsNameAnother() {
        assertEquals("", query("", Map.of()).account());
        assertEquals("Neo", query("Neo", Map.of("k", "v")).account());
        assertEquals("Zion", new Query(new StreamId(1, 2), "q", "Neo", new QueryTerms(null, null, "Zion", null, null), Map.of(), 0).account());
        assertEquals("", new Query(new StreamId(1, 2), "q", "Neo", new QueryTerms(null, null, "", null, null), Map.of(), 0).account());
    }

    @Test
    void whatIsNotUnicodeIsNoQuery() {
        for (String not : List.of("\uD83D", "x\uDE00", "\uDE00\uD83D", "x\uD83Dy")) {
            StreamId stream = StreamId.mint();
            assertThrows(IllegalArgumentException.class, () -> new Query(stream, not, "", Map.of(), 0));
            assertThrows(IllegalArgumentException.class, () -> query(not, Map.of()));
            assertThrows(IllegalArgumentException.class, () -> query("", Map.of(not, "v")));
            assertThrows(IllegalArgumentException.class, () -> new QueryTerms(not, null, null, null, null));
            String told = assertThrows(IllegalArgumentException.class, () -> query("", Map.of("k", not))).getMessage();
            assertTrue(told.startsWith("the attribute k is not Unicode text: half of a surrogate pair at index "), told);
        }
    }

    private static Query query(String user, Map<String, String> attributes) {
        return new Query(new StreamId(1, 2), "q", user, attributes, 0);
    }
}
