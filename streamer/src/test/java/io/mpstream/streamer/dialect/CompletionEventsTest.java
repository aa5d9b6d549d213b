package io.mpstream.streamer.dialect;

import static io.mpstream.streamer.encoding.Encoding.ID;
import static io.mpstream.streamer.encoding.Encoding.STREAM;
import static io.mpstream.streamer.encoding.Encoding.one;
import static io.mpstream.streamer.encoding.Encoding.written;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Encoding;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.encoding.StreamStatus;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CompletionEventsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final StreamStatus QUEUED = new StreamStatus(STREAM, StreamStatus.QUEUED, 0, 3, 1_200, false, 17_000);
    private static final Notes NOTES = Notes.NONE.with("input_tokens", "3").with("output_tokens", "4").with("finish_reason", "length");
    private static final String HEAD = "data: {\"id\":\"chatcmpl-" + ID + "\",\"object\":\"chat.completion.chunk\",\"created\":" + STREAM.second()
            + ",\"model\":\"a\\\"b\",\"choices\":[{\"index\":0,";

    private final Encoder chat = new CompletionEvents(CompletionKind.CHAT, "a\"b", false);
    private final Encoder withUsage = new CompletionEvents(CompletionKind.CHAT, "a\"b", true);
    private final Encoder text = new CompletionEvents(CompletionKind.TEXT, "m", false);

    private static End end(Outcome outcome, String detail) {
        return new End(STREAM, 9, outcome, detail, new byte[End.SHA256_LENGTH], 0, NOTES);
    }

    @Test
    void chunksAreThoseOfOpenAi() {
        assertEquals(HEAD + "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n", written(out -> chat.open(QUEUED, 0, out)));
        assertEquals(HEAD + "\"delta\":{\"content\":\"h\u00e9\\\"\\n\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n", one(chat, "h\u00e9\"\n", 0, false));
        assertEquals(HEAD + "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n", written(out -> chat.end(end(Outcome.COMPLETED, ""), out)));
    }

    @Test
    void usageIsAnEventOfItsOwnForThoseWhoWantIt() {
        assertEquals(HEAD + "\"delta\":{\"content\":\"x\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n", one(withUsage, "x", 0, false));
        String last = written(out -> withUsage.end(end(Outcome.COMPLETED, ""), out));
        assertEquals("{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}", JSON.readTree(last.split("\n\n")[1].substring(6)).get("usage").toString());
        End unknown = new End(STREAM, 9, Outcome.COMPLETED, "", new byte[End.SHA256_LENGTH], 0, Notes.NONE);
        assertEquals(2, written(out -> withUsage.end(unknown, out)).split("\n\n").length);
    }

    @Test
    void whatDoesNotCompleteEndsWithAnErrorAndIsNotDone() {
        assertEquals("\nevent: error\ndata: {\"error\":{\"message\":\"why\",\"type\":\"server_error\",\"param\":null,\"code\":\"responder_failed\"}}\n\n",
                written(out -> chat.end(end(Outcome.FAILED, "why"), out)));
        assertEquals("\nevent: error\ndata: {\"error\":{\"message\":\"why\",\"type\":\"server_error\",\"param\":null,\"code\":\"cancelled\"}}\n\n",
                written(out -> chat.end(end(Outcome.CANCELLED, "why"), out)));
        assertEquals("\nevent: error\ndata: {\"error\":{\"message\":\"the response was interrupted: draining\",\"type\":\"server_error\",\"param\":null,"
                + "\"code\":\"interrupted\"}}\n\n", written(out -> chat.interrupted(Interruption.DRAINING, 0, 1, out)));
    }

    @Test
    void aHeartbeatIsNoEventToAnybody() {
        assertEquals(": queued, 2 in front\n", written(out -> chat.heartbeat(QUEUED, out)));
        assertEquals(": queued, 2 in front\n", written(out -> chat.queued(QUEUED, out)));
    }

    @Test
    void completionsOfTextHaveNoRole() {
        assertEquals("", written(out -> text.open(QUEUED, 0, out)));
        assertEquals("{\"text\":\"x\",\"index\":0}", pruned(one(text, "x", 0, false)));
        assertEquals("stop", JSON.readTree(written(out -> text.end(new End(STREAM, 9, Outcome.COMPLETED, "", new byte[End.SHA256_LENGTH], 0, Notes.NONE), out))
                .split("\n\n")[0].substring(6)).at("/choices/0/finish_reason").stringValue());
    }

    private static String pruned(String event) {
        JsonNode choice = JSON.readTree(event.substring(6)).at("/choices/0");
        return JSON.createObjectNode().put("text", choice.get("text").stringValue()).put("index", choice.get("index").intValue()).toString();
    }

    @Test
    void whatAClientRebuildsIsTheText() {
        Random random = new Random(Long.getLong("seed", System.nanoTime()));
        for (int round = 0; round < 20; round++) {
            String whole = Encoding.randomText(random, 3_000);
            byte[] utf8 = whole.getBytes(StandardCharsets.UTF_8);
            StringBuilder rebuilt = new StringBuilder();
            for (String event : Encoding.encode(chat, utf8, 0, random.nextBoolean() ? Encoder.EVENT_BYTES_MAX : 65_536, random).split("\n\n")) {
                rebuilt.append(JSON.readTree(event.substring(6)).at("/choices/0/delta/content").stringValue());
            }
            assertEquals(new String(utf8, StandardCharsets.UTF_8), rebuilt.toString());
        }
    }

    @Test
    void theDocumentIsWhatTheEventsTell() {
        Encoder document = new CompletionDocument(CompletionKind.CHAT, "m");
        JsonNode whole = JSON.readTree(written(out -> document.open(QUEUED, 0, out)) + one(document, "h\u00e9\"\n", 0, false)
                + written(out -> document.end(end(Outcome.COMPLETED, ""), out)));
        assertEquals("h\u00e9\"\n", whole.at("/choices/0/message/content").stringValue());
        assertEquals("length", whole.at("/choices/0/finish_reason").stringValue());
        assertEquals(7, whole.at("/usage/total_tokens").intValue());
        assertEquals("chat.completion", whole.at("/object").stringValue());
    }
}
