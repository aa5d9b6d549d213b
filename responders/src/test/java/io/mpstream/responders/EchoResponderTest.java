package io.mpstream.responders;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.mpstream.responder.testing.Replies;
import org.junit.jupiter.api.Test;

class EchoResponderTest {
    private static final String QUERY = "醒😀醒";

    @Test
    void saysTheQuery() {
        try (Replies replies = new Replies(new EchoResponder()).ask(QUERY)) {
            replies.assertWrite(QUERY);
            replies.assertCompleted();
        }
    }

    @Test
    void goesOnWhereItWasCut() {
        try (Replies replies = new Replies(new EchoResponder()).resume(QUERY, "醒😀")) {
            replies.assertWrite("醒");
            replies.assertCompleted();
        }
    }

    @Test
    void doesNotGoOnWithAnotherText() {
        try (Replies replies = new Replies(new EchoResponder()).resume(QUERY, "醒醒")) {
            assertInstanceOf(IllegalStateException.class, replies.assertFailed());
        }
    }
}
