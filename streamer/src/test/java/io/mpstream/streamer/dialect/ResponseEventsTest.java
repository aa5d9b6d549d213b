package io.mpstream.streamer.dialect;

import static io.mpstream.streamer.encoding.Encoding.STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Encoding;
import io.mpstream.streamer.encoding.StreamStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ResponseEventsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SAID = ResponsesRequest.said(Map.of());
    private static final StreamStatus STARTED = new StreamStatus(STREAM, StreamStatus.STARTED, 0, 0, -1, false, 0);
    private static final String TEXT = "h\u00e9llo \"\ud83d\ude00\"\n";
    private static final byte[] UTF8 = TEXT.getBytes(StandardCharsets.UTF_8);

    private final Random random = new Random(Long.getLong("seed", System.nanoTime()));

    /** All that a client gets which has seen the events up to a number. */
    private List<JsonNode> events(byte[] utf8, long after, boolean isByCharacter, Outcome outcome) {
        ResponseEvents events = new ResponseEvents(SAID, after, isByCharacter);
        End end = new End(STREAM, utf8.length, outcome, "why", new byte[End.SHA256_LENGTH], 0, Notes.NONE);
        int offset = Math.clamp(after - ResponseEvents.BEFORE_TEXT, 0, utf8.length);
        StringBuilder all = new StringBuilder();
        all.append(Encoding.written(out -> events.open(STARTED, offset, out)));
        if (offset == 0) {
            all.append(Encoding.written(out -> events.started(STARTED, out)));
        }
        all.append(Encoding.encode(events, utf8, offset, Encoder.EVENT_BYTES_MAX, random));
        AtomicBoolean isWanted = new AtomicBoolean();
        do {
            all.append(Encoding.written(out -> isWanted.set(events.wantsTextAgain(end, out))));
            if (isWanted.get()) {
                all.append(Encoding.encode(events, utf8, 0, Encoder.EVENT_BYTES_MAX, random));
            }
        } while (isWanted.get());
        all.append(Encoding.written(out -> events.end(end, out)));
        List<JsonNode> nodes = new ArrayList<>();
        for (String event : all.toString().split("\n\n")) {
            if (!event.isEmpty()) {
                String[] lines = event.split("\n");
                JsonNode node = JSON.readTree(lines[1].substring("data: ".length()));
                assertEquals("event: " + node.get("type").stringValue(), lines[0]);
                nodes.add(node);
            }
        }
        return nodes;
    }

    private static long number(JsonNode event) {
        return event.get("sequence_number").longValue();
    }

    private static String deltas(List<JsonNode> events) {
        StringBuilder text = new StringBuilder();
        events.stream().filter(event -> event.has("delta")).forEach(event -> text.append(event.get("delta").stringValue()));
        return text.toString();
    }

    @Test
    void aWholeResponseRepeatsItsTextInEachOfItsLastEvents() {
        List<JsonNode> events = events(UTF8, -1, false, Outcome.COMPLETED);
        assertEquals(List.of(0L, 2L, 3L, 4L), events.subList(0, 4).stream().map(ResponseEventsTest::number).toList());
        assertEquals(TEXT, deltas(events));
        List<JsonNode> last = events.subList(events.size() - 4, events.size());
        long length = UTF8.length;
        assertEquals(List.of(5 + length, 6 + length, 7 + length, 8 + length), last.stream().map(ResponseEventsTest::number).toList());
        assertEquals(TEXT, last.get(0).get("text").stringValue());
        assertEquals(TEXT, last.get(1).at("/part/text").stringValue());
        assertEquals(TEXT, last.get(2).at("/item/content/0/text").stringValue());
        assertEquals(TEXT, last.get(3).at("/response/output/0/content/0/text").stringValue());
        assertEquals("completed", last.get(3).at("/response/status").stringValue());
    }

    @Test
    void whoComesBackGetsWhatIsMissingFromAnyEventOn() {
        List<JsonNode> whole = events(UTF8, -1, true, Outcome.COMPLETED);
        assertEquals(TEXT.codePointCount(0, TEXT.length()), whole.stream().filter(event -> event.has("delta")).count());
        for (int i = 0; i < whole.size(); i++) {
            assertEquals(whole.subList(i + 1, whole.size()), events(UTF8, number(whole.get(i)), true, Outcome.COMPLETED));
        }
    }

    @Test
    void whatDidNotCompleteEndsInOneEventWithItsText() {
        List<JsonNode> failed = events(UTF8, -1, false, Outcome.FAILED);
        assertEquals("response.failed", failed.getLast().get("type").stringValue());
        assertEquals("why", failed.getLast().at("/response/error/message").stringValue());
        assertEquals(TEXT, failed.getLast().at("/response/output/0/content/0/text").stringValue());
        assertTrue(failed.stream().noneMatch(event -> event.get("type").stringValue().endsWith(".done")));
        List<JsonNode> cancelled = events(UTF8, -1, false, Outcome.CANCELLED);
        assertEquals("response.failed", cancelled.getLast().get("type").stringValue());
        assertEquals("cancelled", cancelled.getLast().at("/response/status").stringValue());
    }

    @Test
    void textOfAllPlanesIsRebuilt() {
        for (int round = 0; round < 10; round++) {
            byte[] utf8 = Encoding.randomText(random, 2_000).getBytes(StandardCharsets.UTF_8);
            List<JsonNode> events = events(utf8, -1, round % 2 == 0, Outcome.COMPLETED);
            assertEquals(new String(utf8, StandardCharsets.UTF_8), deltas(events));
            assertEquals(deltas(events), events.getLast().at("/response/output/0/content/0/text").stringValue());
        }
    }

    @Test
    void nothingComesIntoTheMiddleOfAnEvent() {
        ResponseEvents events = new ResponseEvents(SAID, -1, false);
        End end = new End(STREAM, UTF8.length, Outcome.COMPLETED, "", new byte[End.SHA256_LENGTH], 0, Notes.NONE);
        assertTrue(Encoding.written(out -> events.heartbeat(STARTED, out)).startsWith("event: keepalive"));
        Encoding.written(out -> events.wantsTextAgain(end, out));
        assertEquals("", Encoding.written(out -> events.heartbeat(STARTED, out)));
    }

    @Test
    void whatWasCutShortIsIncomplete() {
        for (String reason : List.of("length", "content_filter")) {
            ResponseDocument document = new ResponseDocument(SAID, true);
            End end = new End(STREAM, 0, Outcome.COMPLETED, "", new byte[End.SHA256_LENGTH], 0, Notes.NONE.with("finish_reason", reason));
            JsonNode whole = JSON.readTree(Encoding.written(out -> document.open(STARTED, 0, out)) + Encoding.written(out -> document.end(end, out)));
            assertEquals("incomplete " + (reason.equals("length") ? "max_output_tokens" : reason),
                    whole.get("status").stringValue() + " " + whole.at("/incomplete_details/reason").stringValue());
        }
    }

    @Test
    void anEmptyAnswerIsAMessageAllTheSame() {
        List<JsonNode> events = events(new byte[0], -1, false, Outcome.COMPLETED);
        assertEquals(8, events.size());
        assertEquals("", events.getLast().at("/response/output/0/content/0/text").stringValue());
    }
}
