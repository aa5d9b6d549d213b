package io.mpstream.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people take from npm to talk to OpenAI, unchanged: {@code openai}, the AI SDK with two of its providers, and its chat for React. */
@Order(1)
@Timeout(180)
class OpenAiClientIT {
    private static final Map<String, List<String>> WAYS = Map.of(
            "openai.mjs", List.of("chat", "chat with usage", "chat.stream", "chat as a whole", "completions", "responses", "responses.stream",
                    "responses as a whole"),
            "ai.mjs", List.of("openai.chat", "openai.responses", "openai-compatible"),
            "react.mjs", List.of("transport", "chat"));

    @TempDir
    static Path folder;
    private static Talks talks;

    @BeforeAll
    static void askAll() throws IOException {
        List.of("openai", "ai", "@ai-sdk/openai", "@ai-sdk/openai-compatible", "@ai-sdk/react").forEach(ClientProgram::assumeModule);
        talks = new Talks(folder, WAYS, List.of(
                new Talks.Errand("openai.mjs", "models", "say x", "", "steps model number; steps; model_not_found"),
                new Talks.Errand("openai.mjs", "responses, cancelled", Steps.hang(folder.resolve("cancelled"), "begun"), "begun", "cancelled cancelled"),
                new Talks.Errand("openai.mjs", "responses, later", "say later", "later", "completed; user say later; 404 Response with id 'resp_\\w+' not found\\."),
                new Talks.Errand("openai.mjs", "refusals", "say x", "", "(NotFoundError 404 invalid_request_error model_not_found model; ){2}"
                        + "(BadRequestError 400 invalid_request_error \\w+ n; ){2}(BadRequestError 400 invalid_request_error \\w+ tools; ){2}"
                        + "(BadRequestError 400 invalid_request_error \\w+ messages; ){2}(BadRequestError 400 invalid_request_error \\w+ logprobs(; )?){2}"),
                new Talks.Errand("react.mjs", "reconnected", Steps.of("say begun", "await " + folder.resolve("reconnected"), "say end"), "begunend",
                        "; stop; stop; ; begunend")));
        talks.askAll();
    }

    @TestFactory
    Stream<DynamicTest> clientTellsItsUserWhatIsSo() {
        return talks.tests();
    }

    @Test
    void nothingIsLostOrAskedTwiceWhenTheStreamerIsKilled() throws IOException {
        talks.kill(Map.of("openai.mjs", List.of("responses, resumed", "responses.stream, resumed"), "react.mjs", List.of("chat, resumed")));
    }
}
