package io.mpstream.responders;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.mpstream.responder.Query;
import io.mpstream.responder.testing.Replies;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeResponderTest {
    private static final List<String> SEGMENTS = List.of("醒醒: 我是新消息，我叫Message 0. ", "醒醒: 我是新消息，我叫Message 1. ");

    @Test
    void segmentsComeOneByOne() {
        try (Replies replies = replies(2).ask(query(""))) {
            SEGMENTS.forEach(replies::assertWrite);
            replies.assertCompleted();
        }
    }

    @Test
    void userIsGreetedWithTheFirstSegment() {
        try (Replies replies = replies(2).ask(query("Neo"))) {
            replies.assertWrite("Hello, Neo! " + SEGMENTS.get(0));
            replies.assertWrite(SEGMENTS.get(1));
            replies.assertCompleted();
        }
    }

    @Test
    void nobodyIsGreetedWithoutASegment() {
        try (Replies replies = replies(0).ask(query("Neo"))) {
            replies.assertCompleted();
        }
    }

    @Test
    void anyBeginningIsGoneOnWith() {
        String whole = "Hello, Neo! " + String.join("", SEGMENTS);
        int first = whole.length() - SEGMENTS.get(1).length();
        try (Replies replies = replies(2)) {
            for (int cut = 0; cut <= whole.length(); cut++) {
                replies.resume(query("Neo"), whole.substring(0, cut));
                if (cut < first) {
                    replies.assertWrite(whole.substring(cut, first));
                }
                if (cut < whole.length()) {
                    replies.assertWrite(whole.substring(Math.max(cut, first)));
                }
                replies.assertCompleted();
            }
        }
    }

    @Test
    void anotherTextIsNot() {
        try (Replies replies = replies(1)) {
            for (String other : List.of("x", "醒醒: 我是新消息，我叫Message 1", SEGMENTS.get(0) + "x", String.join("", SEGMENTS))) {
                replies.resume(query(""), other);
                assertInstanceOf(IllegalStateException.class, replies.assertFailed(), other);
            }
        }
    }

    private static Replies replies(int segments) {
        return new Replies(new FakeResponder(segments, 0));
    }

    private static Query query(String user) {
        return new Query("0".repeat(32), "醒醒", user, Map.of(), 0);
    }
}
