package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.producer.loading.Responders;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.Responder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** Several responders in one producer. */
class NamedRespondersTest {
    private static final Responder SLEEPING = (query, reply) -> {
        reply.write("half");
        Thread.sleep(Long.MAX_VALUE);
    };

    @Test
    void queryIsAnsweredByWhomItNames() {
        Bench bench = run(saying("a"), saying("b"));
        for (String name : new String[] {"a", "b"}) {
            StreamId stream = ask(bench, name);
            assertEquals(Outcome.COMPLETED, bench.end(stream).outcome());
            assertEquals(name, bench.text(stream));
        }
        StreamId stream = bench.ask("q");
        bench.end(stream);
        assertEquals("a", bench.text(stream), "the first answers what names none");
    }

    @Test
    void queryThatNamesNobodyFailsWithoutBeingStarted() {
        Bench bench = run(saying("a"), saying("b"));
        for (String name : new String[] {"c", "", "A", "no\none"}) {
            StreamId stream = ask(bench, name);
            End end = bench.end(stream);
            assertEquals(Outcome.FAILED, end.outcome());
            assertEquals("no responder is called '" + name.replace('\n', ' ') + "'", end.detail());
            assertFalse(bench.hasStarted(stream));
        }
        assertEquals(Outcome.COMPLETED, bench.end(ask(bench, "b")).outcome(), "no place is taken by those");
        assertTrue(bench.running().isEmpty());
    }

    @Test
    void oneGoesOnAfterAKillAndTheOtherFails() {
        Telling telling = Telling.upTo(1);
        Bench bench = run(telling, SLEEPING);
        StreamId resumable = ask(bench, "a");
        StreamId plain = ask(bench, "b");
        bench.until(() -> bench.text(resumable).length() == 1 && bench.text(plain).equals("half"));
        bench.run(responders(Telling.all(), SLEEPING), 2, bench.positions());
        assertEquals(Outcome.COMPLETED, bench.end(resumable).outcome());
        assertEquals("q of a", bench.text(resumable));
        End end = bench.end(plain);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals("the producer was restarted while it was answering", end.detail());
    }

    @Test
    void answerWhoseResponderIsThereNoMoreFailsAfterAKill() {
        Bench bench = run(saying("a"), Telling.upTo(1));
        StreamId stream = ask(bench, "b");
        bench.until(() -> bench.text(stream).length() == 1);
        bench.run(saying("a"), 2);
        End end = bench.end(stream);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals("no responder is called 'b'", end.detail());
        assertEquals(1, end.offset());
    }

    private static Responder saying(String text) {
        return (query, reply) -> reply.write(text);
    }

    private static Responders responders(Responder a, Responder b) {
        SequencedMap<String, Responder> byName = new LinkedHashMap<>();
        byName.put("a", a);
        byName.put("b", b);
        return new Responders(byName);
    }

    private static Bench run(Responder a, Responder b) {
        return new Bench().run(responders(a, b), 2, Positions.START);
    }

    private static StreamId ask(Bench bench, String responder) {
        StreamId stream = StreamId.mint();
        bench.send(new Query(stream, "q of " + responder, "", new QueryTerms(null, null, null, null, responder), Map.of(), 0));
        return stream;
    }
}
