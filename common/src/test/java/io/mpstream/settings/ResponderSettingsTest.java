package io.mpstream.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResponderSettingsTest {
    @Test
    void oneWithoutANameIsTheDefault() {
        assertEquals(Map.of("default", "com.acme.Mine"), responders("--responder", "com.acme.Mine"));
        assertEquals(Map.of("default", "echo"), Settings.parse(new String[0], Map.of("MPSTREAM_RESPONDER", "echo")).responders().byName());
    }

    @Test
    void severalAreInTheOrderGiven() {
        Map<String, String> responders = responders("--responder", "small=echo", "--responder=big.2-x_y=Big.java", "--responder", "a=fake");
        assertEquals(List.of("small", "big.2-x_y", "a"), new ArrayList<>(responders.keySet()));
        assertEquals(List.of("echo", "Big.java", "fake"), new ArrayList<>(responders.values()));
        assertEquals(List.of("default", "big"), new ArrayList<>(responders("--responder", "echo", "--responder", "big=fake").keySet()));
        assertEquals(Map.of("small", "echo"), Settings.parse(new String[0], Map.of("MPSTREAM_RESPONDER", "small=echo")).responders().byName());
    }

    @Test
    void equalsSignAfterASlashIsOfAPath() {
        assertEquals(Map.of("default", "/home/a=b/Mine.java"), responders("--responder", "/home/a=b/Mine.java"));
        assertEquals(Map.of("default", "./a=b.java"), responders("--responder", "./a=b.java"));
        assertEquals(Map.of("a", "/home/b=c/Mine.java"), responders("--responder", "a=/home/b=c/Mine.java"));
    }

    @Test
    void whatIsNoNameIsRefused() {
        for (String bad : List.of("=fake", "a=", "a b=fake", "醒=fake", "a,b=fake", "x".repeat(65) + "=fake", "a\nb=fake")) {
            assertEquals("--responder must be SPEC or NAME=SPEC, the name of up to 64 letters, digits, dots, dashes and underscores", refusal("--responder", bad));
        }
    }

    @Test
    void nameMustBeTheOnlyOneOfItsKind() {
        assertEquals("--responder must not give the name a twice", refusal("--responder", "a=fake", "--responder", "a=echo"));
        assertEquals("--responder must not give the name default twice", refusal("--responder", "fake", "--responder", "default=echo"));
        assertEquals("--responder must be NAME=SPEC from the second on", refusal("--responder", "a=fake", "--responder", "echo"));
        assertEquals("--responder must be NAME=SPEC from the second on", refusal("--responder", "fake", "--responder", "echo"));
    }

    @Test
    void providersAreToldTheOptions() {
        assertEquals(Map.of("max-gen-len", "3", "interval-ms", "0", "model", "a=b", "url", "http://localhost"),
                Settings.of("--max-gen-len", "3", "--interval", "0ms", "--responder-option", "model=a=b", "--responder-option", "url=http://localhost").responders().options());
        for (String bad : List.of("model", "=b", "model=", "a/b=c")) {
            assertTrue(refusal("--responder-option", bad).startsWith("--responder-option must be NAME=VALUE, "), bad);
        }
        assertEquals("--responder-option must not give the name model twice", refusal("--responder-option", "model=a", "--responder-option", "model=b"));
        assertEquals("--responder-option must not give the name interval-ms, which an option of its own gives", refusal("--responder-option", "interval-ms=1"));
    }

    private static Map<String, String> responders(String... args) {
        return Settings.of(args).responders().byName();
    }

    private static String refusal(String... args) {
        return assertThrows(StartupException.class, () -> Settings.of(args)).getMessage();
    }
}
