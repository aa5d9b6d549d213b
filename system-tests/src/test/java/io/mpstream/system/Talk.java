package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.responder.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** What is asked by way of a client of OpenAI's API, and what its user must be told. */
enum Talk {
    WHOLE, FAILS, LEAVES, WAITS, LARGE_ANSWER, LARGE_CONVERSATION;

    /** Of each plane of Unicode its first characters, one within it, and its last one; and what JSON, events and lines have a meaning for. */
    private static final String UNICODE = "醒醒，Neo 😀👩‍👩‍👧‍👦 e\u0301 \u0000\u0001\b\t\r\n\u001f\u007f\u0085\u2028\u2029\ufeff\"\\/ data: [DONE] \n\nevent: error\n\n"
            + IntStream.rangeClosed(0, 16).mapToObj(Talk::plane).collect(Collectors.joining(" ")) + ".";
    /** A body is 1 MiB at most, and a client writes something of its own around each message. */
    private static final int CONVERSATION_BYTES = (1 << 20) - 4_096;
    private static final int MESSAGES = 16;
    private static final String HALF = "half";
    private static final String BEGUN = "begun";
    /** Of an answer whose responder tells no figures; the Responses API has to tell some, and tells 0. */
    private static final String NO_USAGE = "stop without usage";
    private static final JsonMapper JSON = new JsonMapper();

    private static String plane(int plane) {
        return new StringBuilder().appendCodePoint((plane << 16) + 0x20).appendCodePoint((plane << 16) + 0xE000).appendCodePoint((plane << 16) + 0xFFFF).toString();
    }

    /** What is heard of an answer: its text, how it ended in a client's words, and how long after it was asked the text began. */
    record Heard(String text, String end, long afterMs) {
    }

    /** What is said, with the last message for the responder, which writes to this folder. A client of completions sends only that one. */
    List<Message> messages(Path files, boolean isPrompt) {
        List<Message> all = new ArrayList<>();
        int count = isPrompt ? 1 : MESSAGES;
        String padding = this == LARGE_CONVERSATION ? padding(CONVERSATION_BYTES / count) : "";
        for (int i = 1; i < count; i++) {
            all.add(new Message(i % 2 == 0 ? "assistant" : "user", "said " + i + padding));
        }
        all.add(new Message("user", query(files) + padding));
        return all;
    }

    /** Text that has so many bytes in JSON: 16 a time, without a character that some clients write as twelve bytes for four. */
    private static String padding(int bytes) {
        return " \"中\\\n語abc".repeat(bytes / 16);
    }

    private String query(Path files) {
        return switch (this) {
            case WHOLE, WAITS -> Steps.of("remark input_tokens 7", "remark output_tokens 9", "say " + UNICODE);
            case FAILS -> Steps.of("note " + asked(files), "say " + HALF, "fail in the middle");
            case LEAVES -> Steps.of("told " + told(files), "note " + asked(files), "say " + BEGUN, "hang");
            case LARGE_ANSWER -> "kibibytes 1024";
            case LARGE_CONVERSATION -> Steps.of("conversation", "ignore ");
        };
    }

    /** Is there as soon as the responder was asked. */
    Path asked(Path files) {
        return files.resolve("asked");
    }

    private static Path told(Path files) {
        return files.resolve("told");
    }

    /** The client is to go away in the middle. */
    boolean leaves() {
        return this == LEAVES;
    }

    /** Fails unless the user of the client was told what is so. One that gets no piece before the whole has none of a part. */
    void check(Path files, boolean isWhole, boolean isPrompt, Heard heard) throws Exception {
        switch (this) {
            case WHOLE -> assertAnswered(UNICODE, "stop 7+9=16", heard);
            case WAITS -> {
                assertAnswered(UNICODE, "stop 7+9=16", heard);
                assertTrue(heard.afterMs() > 10_000, "the answer began after " + heard.afterMs() + " ms");
            }
            case FAILS -> {
                assertEquals(isWhole ? "" : HALF, heard.text());
                assertTrue(heard.end().startsWith("failed: ") && heard.end().contains("in the middle"), heard.end());
                assertEquals(1, Steps.noted(asked(files)));
            }
            case LEAVES -> {
                assertEquals(isWhole ? "" : BEGUN, heard.text());
                assertEquals("left", heard.end());
                Steps.awaitCancelled(told(files));
                assertEquals(1, Steps.noted(asked(files)));
            }
            case LARGE_ANSWER -> assertAnswered(Steps.kibibytes(1024), NO_USAGE, heard);
            case LARGE_CONVERSATION -> assertAnswered(StepsResponder.told(messages(files, isPrompt)), NO_USAGE, heard);
        }
    }

    private static void assertAnswered(String text, String usage, Heard heard) {
        assertTrue(List.of("stop", usage).contains(heard.end()) || usage.equals(NO_USAGE) && heard.end().equals("stop 0+0=0"), heard.end());
        assertTrue(heard.text().equals(text), () -> heard.text().length() + " instead of " + text.length() + " characters: " + JSON.writeValueAsString(
                heard.text().substring(0, Math.min(heard.text().length(), 2_000))));
    }
}
