package io.mpstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.fuzz.Fuzz;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineTest {
    private static final String END = "{\"end\":{\"outcome\":\"completed\",\"offset\":13,\"sha256\":\"9b\\u00e9\"},\"a\":[1,2.5e3,null]}";

    @Test
    void textIsReadAsItWasWritten() {
        Fuzz.run(fuzz -> {
            Line.Text text = new Line.Text(fuzz.text(40), fuzz.upTo(1_000_000));
            assertEquals(text, Line.read(Line.json(text.text(), text.offset())));
        });
    }

    @Test
    void damageIsReadOrRefused() {
        Fuzz.run(fuzz -> {
            byte[] damaged = fuzz.mutate(END.getBytes(StandardCharsets.UTF_8));
            Fuzz.refuses(CorruptException.class, () -> Line.read(new String(damaged, StandardCharsets.UTF_8)));
        });
    }
}
