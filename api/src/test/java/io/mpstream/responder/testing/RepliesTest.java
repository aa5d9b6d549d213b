package io.mpstream.responder.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RepliesTest {
    private static final Responder ECHO = (query, reply) -> reply.write(query.text());

    @Test
    void eachWriteIsAssertedInItsTurn() {
        try (Replies replies = new Replies((query, reply) -> {
            reply.write("Hello, ");
            reply.write(query.user());
            reply.write("");
        }).ask(new Query("0".repeat(32), "q", "Neo", Map.of(), 0))) {
            replies.assertWrite("Hello, ");
            replies.assertWrite("Neo");
            replies.assertWrite("");
            replies.assertCompleted();
        }
    }

    @Test
    void textIsAssertedHoweverItIsCut() {
        try (Replies replies = new Replies((query, reply) -> {
            reply.write("Hel");
            reply.write("");
            reply.write("lo, Neo");
        }).ask("q")) {
            replies.assertText("Hello");
            replies.assertText(", Neo");
            replies.assertCompleted();
        }
    }

    @Test
    void notesAreAssertedInTheirTurnAndRefusedAsInTheServer() {
        try (Replies replies = new Replies((query, reply) -> {
            reply.note("model", "m");
            reply.write("x");
            for (String name : new String[] {"", "1", "a b"}) {
                try {
                    reply.note(name, "");
                    reply.write("taken: " + name);
                } catch (IllegalArgumentException e) {
                    reply.write("-");
                }
            }
            reply.note("finish_reason", "y".repeat(129));
        }).ask("q")) {
            replies.assertNote("model", "m");
            replies.assertText("x---");
            replies.assertFailed();
        }
        assertFails("expected the note a=b but there was the write of \"q\"", () -> new Replies(ECHO).ask("q").assertNote("a", "b"));
    }

    @Test
    void anotherTextFails() {
        Replies replies = new Replies(ECHO).ask("醒醒");
        assertFails("expected the write of \"醒\" but there was the write of \"醒醒\"", () -> replies.assertWrite("醒"));
        Replies cut = new Replies(ECHO).ask("醒醒");
        assertFails("expected \"醒來\" but there was the write of \"醒醒\"", () -> cut.assertText("醒來"));
        Replies ended = new Replies((query, reply) -> { }).ask("q");
        assertFails("expected \"q\" but there was its return", () -> ended.assertText("q"));
    }

    @Test
    void whatIsLeftOverFails() {
        Replies text = new Replies(ECHO).ask("one");
        text.assertText("o");
        assertFails("left over: the write of \"ne\"", text::close);
        Replies end = new Replies(ECHO).ask("one");
        end.assertText("one");
        assertEquals("left over: ", assertThrows(AssertionError.class, end::close).getMessage().substring(0, 11));
        new Replies(ECHO).close();
    }

    @Test
    void responderThatStillRunsIsLeftOverAndCancelled() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Replies replies = new Replies((query, reply) -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }).ask("q");
        assertFails("left over: a responder that runs", replies::close);
        interrupted.await();
    }

    @Test
    void failureIsReturned() {
        IllegalStateException thrown = new IllegalStateException("the model is gone");
        try (Replies replies = new Replies((query, reply) -> {
            throw thrown;
        }).ask("q")) {
            assertEquals(thrown, replies.assertFailed());
        }
    }

    @Test
    void endOfAnotherKindFails() {
        Replies failed = new Replies((query, reply) -> {
            throw new IllegalStateException("the model is gone");
        }).ask("q");
        assertEquals("the model is gone", assertThrows(AssertionError.class, failed::assertCompleted).getCause().getMessage());
        Replies completed = new Replies((query, reply) -> { }).ask("q");
        assertFails("expected its failure but there was its return", completed::assertFailed);
    }

    @Test
    void cancelInterruptsAndTheNextWriteThrows() {
        try (Replies replies = new Replies((query, reply) -> {
            reply.write("half");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                assertThrows(CancelledException.class, () -> reply.write("more"));
            }
            throw new IllegalStateException(reply.cancelled() ? "cancelled" : "not cancelled");
        }).ask("q")) {
            replies.assertWrite("half");
            assertFails("the answer was not cancelled", replies::assertCancelled);
            assertEquals("cancelled", replies.cancel().assertFailed().getMessage());
        }
    }

    @Test
    void responderThatReturnsAfterACancelHasObeyed() {
        try (Replies replies = new Replies((query, reply) -> {
            while (!reply.cancelled()) {
                reply.write("again ");
                Thread.sleep(1);
            }
        }).ask("q")) {
            replies.assertWrite("again ");
            replies.cancel().assertCancelled();
        }
    }

    @Test
    void oneQueryComesAfterAnother() {
        try (Replies replies = new Replies(ECHO)) {
            for (String text : new String[] {"one", "two"}) {
                replies.ask(text).assertText(text);
                assertThrows(IllegalStateException.class, () -> replies.ask("three"));
                replies.assertCompleted();
            }
        }
    }

    @Test
    void resumableResponderGoesOn() {
        try (Replies replies = new Replies(new ResumableResponder() {
            @Override
            public void respond(Query query, Reply reply) {
                resume(query, "", reply);
            }

            @Override
            public void resume(Query query, String textSoFar, Reply reply) {
                reply.write(query.text().substring(textSoFar.length()));
            }
        })) {
            replies.resume("hello", "he").assertText("llo");
            replies.assertCompleted();
        }
    }

    @Test
    void whatTheServerRefusesIsRefused() {
        try (Replies replies = new Replies((query, reply) -> {
            reply.write("x\uD83D");
            assertThrows(IllegalArgumentException.class, () -> reply.write("between"));
            reply.write("\uDE00");
            assertThrows(IllegalArgumentException.class, () -> reply.write("\uDE00"));
            reply.write("\uD83D");
        }).ask("q")) {
            replies.assertText("x😀\uD83D");
            assertEquals("the text ends with half of a surrogate pair", replies.assertFailed().getMessage());
        }
    }

    private static void assertFails(String message, Runnable assertion) {
        assertEquals(message, assertThrows(AssertionError.class, assertion::run).getMessage());
    }
}
