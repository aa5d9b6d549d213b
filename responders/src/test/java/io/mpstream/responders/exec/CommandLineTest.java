package io.mpstream.responders.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @Test
    void splitsWordsAsAShellDoes() {
        assertEquals(List.of("python3", "gen.py"), CommandLine.split("  python3\tgen.py "));
        assertEquals(List.of("sh", "-c", "echo \"$HOME\" | cat"), CommandLine.split("sh -c 'echo \"$HOME\" | cat'"));
        assertEquals(List.of("a b", "c\"d", "e\\f", "", "$x"), CommandLine.split("a\\ b \"c\\\"d\" \"e\\f\" '' $x"));
        assertEquals(List.of("ab"), CommandLine.split("'a'\"b\""));
        assertEquals(List.of("a\\"), CommandLine.split("a\\"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "sh -c 'x", "\"x"})
    void refusesWhatIsNoCommand(String command) {
        assertThrows(IllegalArgumentException.class, () -> CommandLine.split(command));
    }
}
