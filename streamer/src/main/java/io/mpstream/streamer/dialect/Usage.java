package io.mpstream.streamer.dialect;

import io.mpstream.protocol.Notes;

/**
 * The tokens of an answer, as its notes tell.
 *
 * @param input   tokens of the query; 0 where that was not said
 * @param output  tokens of the answer; 0 where that was not said
 * @param isKnown whether anything was said
 */
record Usage(long input, long output, boolean isKnown) {
    private static final String FINISH_REASON = "finish_reason";

    static Usage of(Notes notes) {
        String input = notes.all().get("input_tokens");
        String output = notes.all().get("output_tokens");
        return new Usage(count(input), count(output), input != null || output != null);
    }

    private static long count(String text) {
        return text != null && text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }

    /** Why an answer that completed ended. */
    static String finishReason(Notes notes) {
        String reason = notes.all().getOrDefault(FINISH_REASON, "");
        // An empty one is none to any client.
        return reason.isBlank() ? "stop" : reason;
    }

    /** As the completions tell it. */
    String completions() {
        return "{\"prompt_tokens\":" + input + ",\"completion_tokens\":" + output + ",\"total_tokens\":" + (input + output) + "}";
    }

    /** As the responses tell it. */
    String responses() {
        return "{\"input_tokens\":" + input + ",\"input_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":0},\"output_tokens\":" + output
                + ",\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":" + (input + output) + "}";
    }
}
