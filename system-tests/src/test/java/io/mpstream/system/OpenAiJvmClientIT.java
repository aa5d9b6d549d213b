package io.mpstream.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Java's users take to talk to OpenAI, unchanged: its own client, LangChain4j, and the starter of Spring AI. */
@Timeout(600)
class OpenAiJvmClientIT {
    private static final Map<String, List<String>> WAYS = Map.of(
            "OpenAiJava.java", List.of("chat", "chat as a whole", "completions", "responses"),
            "LangChain4j.java", List.of("chat", "chat as a whole", "completions", "responses"),
            "SpringAi.java", List.of("stream", "call, as a whole"));

    @TempDir
    static Path folder;
    private static Talks talks;

    @BeforeAll
    static void askAll() throws IOException {
        talks = new Talks(folder, WAYS, List.of());
        talks.askAll();
    }

    @TestFactory
    Stream<DynamicTest> clientTellsItsUserWhatIsSo() {
        return talks.tests();
    }

    @Test
    void nothingIsLostOrAskedTwiceWhenTheStreamerIsKilled() throws IOException {
        talks.kill(Map.of("OpenAiJava.java", List.of("responses, resumed")));
    }
}
