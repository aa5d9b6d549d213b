package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Unicode;
import org.junit.jupiter.api.Test;

/** What clients are told of a responder that threw. */
class FailureTest {
    @Test
    void detailHasTheNameAndTheMessage() {
        assertDetail("IllegalStateException: the model is gone", new IllegalStateException("the model is gone"));
        assertDetail("NullPointerException", new NullPointerException());
        assertDetail("StackOverflowError", new StackOverflowError());
        assertDetail("NoClassDefFoundError: com/fasterxml/jackson/databind/ObjectMapper", new NoClassDefFoundError("com/fasterxml/jackson/databind/ObjectMapper"));
        assertDetail("IllegalArgumentException", new IllegalArgumentException(" \n"));
        assertDetail("IllegalArgumentException: of no name", new IllegalArgumentException("of no name") {
            private static final long serialVersionUID = 1L;
        });
    }

    @Test
    void detailIsOneLine() {
        assertDetail("IllegalStateException: the model fell over, again", new IllegalStateException("the\r\n\tmodel\u2028fell\u0085over,\u0000\u001B again\n"));
    }

    @Test
    void detailIsCutAtACharacter() {
        assertEquals(1_000, detail(new IllegalStateException("x".repeat(20_000))).length());
        String cut = detail(new Error("😀".repeat(1_000)));
        assertEquals(999, cut.length());
        assertTrue(Unicode.isWellFormed(cut));
        assertEquals(1_000, detail(new Error("x" + "😀".repeat(1_000))).length());
    }

    @Test
    void halfOfAPairInADetailIsMended() {
        assertDetail("IllegalStateException: x\uFFFDy", new IllegalStateException("x\uD83Dy"));
    }

    @Test
    void exceptionThatCannotTellIsNamed() {
        assertDetail("Mute", new Mute());
    }

    private static final class Mute extends Exception {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new UnsupportedOperationException("even this");
        }
    }

    private static void assertDetail(String detail, Throwable thrown) {
        assertEquals(detail, detail(thrown));
    }

    private static String detail(Throwable thrown) {
        Bench bench = new Bench().run((query, reply) -> {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        }, 1);
        End end = bench.end(bench.ask("q"));
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals(Outcome.FAILED, bench.end(bench.ask("again")).outcome(), "the place is free again");
        return end.detail();
    }
}
