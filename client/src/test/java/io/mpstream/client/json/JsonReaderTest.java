package io.mpstream.client.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mpstream.fuzz.Fuzz;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonReaderTest {
    @Test
    void documentsAreRead() {
        assertEquals(Map.of("a", Arrays.asList(1L, -2L, true, false, null), "b", Map.of(), "c", List.of()), JsonReader.read(" { \"a\" : [1, -2,true,false , null],\"b\":{},\"c\":[] }\n"));
        assertEquals("\"\\/\b\f\n\r\té😀\u2028", JsonReader.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\u2028\""));
        assertEquals(new BigDecimal("1.5E+3"), JsonReader.read("1.5e3"));
        assertEquals(new BigDecimal("12345678901234567890"), JsonReader.read("12345678901234567890"));
    }

    @Test
    void whatIsNoDocumentIsRefused() {
        for (String bad : List.of("", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\":1,\"a\":2}", "01", "+1", "1.", ".5", "--1", "1e", "nul", "truely", "\"", "\"\n\"", "\"\\x\"",
                "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ude00\\ud83d\"", "1 2", "'a'", "NaN", "[".repeat(50) + "]".repeat(50), "1e99999", "9".repeat(100), "\"\\u\u0661\u0661\u0661\u0661\"")) {
            assertThrows(JsonException.class, () -> JsonReader.read(bad), bad);
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Fuzz.run(fuzz -> {
            String text = fuzz.text(40);
            Map<String, Object> document = Map.of(text, Map.of("text", text), "number", 42L);
            String json = JsonWriter.write(document);
            assertEquals(1, json.lines().count());
            assertEquals(document, JsonReader.read(json));
        });
    }
}
