package io.mpstream.streamer.dialect;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Ascii;
import io.mpstream.streamer.json.Json;
import java.nio.ByteBuffer;

/** The two APIs of completions: what their responses call things. */
public enum CompletionKind {
    /** {@code /v1/chat/completions}. */
    CHAT("chatcmpl-", "chat.completion.chunk", "chat.completion", "\"delta\":{\"content\":\"", "\"}", "\"delta\":{}",
            "\"message\":{\"role\":\"assistant\",\"content\":\"", "\",\"refusal\":null}"),
    /** {@code /v1/completions}. */
    TEXT("cmpl-", "text_completion", "text_completion", "\"text\":\"", "\"", "\"text\":\"\"", "\"text\":\"", "\"");

    /** What a choice begins with. */
    static final byte[] INDEX = Ascii.bytes("{\"index\":0,");
    /** What comes before the reason for which a choice ended. */
    static final byte[] FINISHED = Ascii.bytes(",\"logprobs\":null,\"finish_reason\":");

    final String prefix;
    final String chunk;
    final String document;
    final byte[] textOpen;
    final byte[] textClose;
    final byte[] noText;
    final byte[] wholeOpen;
    final byte[] wholeClose;

    CompletionKind(String prefix, String chunk, String document, String textOpen, String textClose, String noText, String wholeOpen, String wholeClose) {
        this.prefix = prefix;
        this.chunk = chunk;
        this.document = document;
        this.textOpen = Ascii.bytes(textOpen);
        this.textClose = Ascii.bytes(textClose);
        this.noText = Ascii.bytes(noText);
        this.wholeOpen = Ascii.bytes(wholeOpen);
        this.wholeClose = Ascii.bytes(wholeClose);
    }

    /** What comes before the id. */
    byte[] beforeId(String before) {
        return Ascii.bytes(before + "{\"id\":\"" + prefix);
    }

    /** What comes between the id and the second. */
    byte[] beforeSecond(String object) {
        return Ascii.bytes("\",\"object\":\"" + object + "\",\"created\":");
    }

    /** What comes between the second and the choice. */
    static byte[] beforeChoice(String model) {
        byte[] name = Json.bytes(model);
        byte[] before = Ascii.bytes(",\"model\":");
        byte[] after = Ascii.bytes(",\"choices\":[");
        return ByteBuffer.allocate(before.length + name.length + after.length).put(before).put(name).put(after).array();
    }

    /** Writes all that comes before the choice. */
    static void head(byte[] beforeId, StreamId stream, byte[] beforeSecond, byte[] beforeChoice, ByteBuffer out) {
        out.put(beforeId);
        Ascii.put(stream, out);
        out.put(beforeSecond);
        Ascii.put(stream.second(), out);
        out.put(beforeChoice);
    }
}
