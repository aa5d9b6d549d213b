package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryTest {
    @Test
    void accountIsTheUserUnlessAnAttributeNamesAnother() {
        assertEquals("", query("", Map.of()).account());
        assertEquals("Neo", query("Neo", Map.of("k", "v")).account());
        assertEquals("Zion", query("Neo", Map.of(Query.ACCOUNT, "Zion")).account());
        assertEquals("", query("Neo", Map.of(Query.ACCOUNT, "")).account());
    }

    private static Query query(String user, Map<String, String> attributes) {
        return new Query(new StreamId(1, 2), "q", user, attributes, 0);
    }
}
