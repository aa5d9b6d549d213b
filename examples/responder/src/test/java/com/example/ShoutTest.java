package com.example;

import io.mpstream.responder.testing.Replies;
import org.junit.jupiter.api.Test;

class ShoutTest {
    @Test
    void eachWordIsWrittenInCapitals() {
        try (Replies replies = new Replies(new Shout()).ask("wake up, Neo")) {
            replies.assertWrite("WAKE ");
            replies.assertWrite("UP, ");
            replies.assertWrite("NEO");
            replies.assertCompleted();
        }
    }

    @Test
    void answerGoesOnWhereItWasCut() {
        try (Replies replies = new Replies(new Shout()).resume("wake up", "WAK")) {
            replies.assertText("E UP");
            replies.assertCompleted();
        }
    }

    @Test
    void cancelStopsIt() {
        try (Replies replies = new Replies(new Shout()).ask("wake up")) {
            replies.assertWrite("WAKE ");
            replies.cancel().assertCancelled();
        }
    }
}
