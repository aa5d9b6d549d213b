package io.mpstream.responders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeResponderTest {
    @Test
    void segmentsComeOneByOne() throws Exception {
        assertEquals(List.of("醒醒: 我是新消息，我叫Message 0. ", "醒醒: 我是新消息，我叫Message 1. "), written("", 2));
    }

    @Test
    void userIsGreetedWithTheFirstSegment() throws Exception {
        assertEquals(List.of("Hello, Neo! 醒醒: 我是新消息，我叫Message 0. ", "醒醒: 我是新消息，我叫Message 1. "), written("Neo", 2));
    }

    @Test
    void nobodyIsGreetedWithoutASegment() throws Exception {
        assertEquals(List.of(), written("Neo", 0));
    }

    private static List<String> written(String user, int segments) throws InterruptedException {
        List<String> written = new ArrayList<>();
        new FakeResponder(segments, 0).respond(new Query(new StreamId(1, 2), "醒醒", user, Map.of(), 0), new Reply() {
            @Override
            public void write(CharSequence text) {
                written.add(text.toString());
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        });
        return written;
    }
}
