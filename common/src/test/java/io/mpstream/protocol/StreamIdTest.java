package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class StreamIdTest {
    @Test
    void textFormReadsBack() {
        StreamId id = new StreamId(0x00ffL, -2);
        assertEquals("00000000000000fffffffffffffffffe", id.toString());
        assertEquals(id, StreamId.parse(id.toString()));
        assertNotEquals(StreamId.random(), StreamId.random());
    }

    @Test
    void anythingElseIsRefused() {
        String good = StreamId.random().toString();
        for (String bad : List.of("", "0", good + "0", good.substring(1), "g" + good.substring(1), "A" + good.substring(1),
                "+" + good.substring(1), "\n" + good.substring(1))) {
            assertThrows(IllegalArgumentException.class, () -> StreamId.parse(bad), bad);
        }
    }
}
