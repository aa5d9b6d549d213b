package io.mpstream.responders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EchoResponderTest {
    private final Query query = new Query(new StreamId(1, 2), "醒😀醒", "", Map.of(), 0);
    private final Written written = new Written();

    @Test
    void saysTheQuery() {
        new EchoResponder().respond(query, written);
        assertEquals(List.of("醒😀醒"), written.pieces);
    }

    @Test
    void goesOnWhereItWasCut() {
        new EchoResponder().resume(query, "醒😀", written);
        assertEquals(List.of("醒"), written.pieces);
    }

    @Test
    void doesNotGoOnWithAnotherText() {
        assertThrows(IllegalStateException.class, () -> new EchoResponder().resume(query, "醒醒", written));
        assertEquals(List.of(), written.pieces);
    }
}
