package io.mpstream.responders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
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

    @Test
    void anyBeginningIsGoneOnWith() throws Exception {
        String whole = String.join("", written("Neo", 3));
        for (int cut = 0; cut <= whole.length(); cut++) {
            Written rest = new Written();
            new FakeResponder(3, 0).resume(query("Neo"), whole.substring(0, cut), rest);
            assertEquals(whole.substring(cut), String.join("", rest.pieces));
            assertTrue(rest.pieces.stream().noneMatch(String::isEmpty));
        }
    }

    @Test
    void anotherTextIsNot() {
        for (String other : List.of("x", "醒醒: 我是新消息，我叫Message 1", "醒醒: 我是新消息，我叫Message 0. x", "醒醒: 我是新消息，我叫Message 0. 醒醒: 我是新消息，我叫Message 1. ")) {
            Written rest = new Written();
            assertThrows(IllegalStateException.class, () -> new FakeResponder(1, 0).resume(query(""), other, rest), other);
            assertEquals(List.of(), rest.pieces);
        }
    }

    private static Query query(String user) {
        return new Query(new StreamId(1, 2), "醒醒", user, Map.of(), 0);
    }

    private static List<String> written(String user, int segments) throws InterruptedException {
        Written written = new Written();
        new FakeResponder(segments, 0).respond(query(user), written);
        return written.pieces;
    }
}
