package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.DisconnectPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two streamers on the same journals. */
class SiblingsTest extends HubBench {
    private static final DisconnectPolicy AT_ONCE = new DisconnectPolicy(java.time.Duration.ZERO);

    private final Second second = new Second(this);

    private static final class Second extends HubBench {
        Second(HubBench first) {
            super(first);
            number = 2;
        }
    }

    private void startSecond(String... args) {
        isShared = true;
        second.isShared = true;
        second.use(args);
    }

    /** The first one's process has ended. */
    private void loseFirst() {
        second.isShared = false;
    }

    private void both(int seconds) {
        for (int i = 0; i < 2 * seconds; i++) {
            nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
            step();
            second.step();
        }
    }

    private List<StreamId> cancelled() {
        List<StreamId> cancelled = new ArrayList<>();
        requests().stream().filter(Cancel.class::isInstance).forEach(request -> cancelled.add(request.stream()));
        return cancelled;
    }

    @Test
    void secondServesWhatTheFirstWasAsked() {
        StreamId before = ask(new RecordingSink());
        started(before);
        text(before, 0, "old");
        step();
        startSecond();
        assertEquals("old", second.follow(before, 0).text());
        StreamId after = ask(new RecordingSink());
        started(after);
        text(after, 0, "new");
        step();
        second.step();
        assertEquals("new", second.follow(after, 0).text());
        end(after, 3, Outcome.COMPLETED);
        step();
        second.step();
        assertEquals("completed", second.hub.find(after).state());
    }

    @Test
    void queryThatWaitsIsKnownToTheOtherWithinASecond() {
        startSecond();
        StreamId waiting = ask(new RecordingSink());
        both(1);
        assertNotNull(second.hub.find(waiting));
        assertEquals("queued", second.hub.find(waiting).state());
        Query query = query("q");
        second.ask(query, new RecordingSink());
        both(1);
        assertNotNull(hub.find(query.stream()));
    }

    @Test
    void whoComesFromTheFirstIsNotAheadOfTheSecond() {
        second.use();
        second.step();
        StreamId waiting = ask(new RecordingSink());
        StreamId stream = ask(new RecordingSink());
        producer.append(new Started(stream, 1, requests.end(), 1));
        text(stream, 0, "a".repeat(10));
        step();
        assertNull(second.hub.find(stream));
        second.isShared = true;
        CompletableFuture<Void> read = second.hub.readUp();
        assertFalse(read.isDone());
        second.step();
        assertTrue(read.isDone());
        assertEquals(10, second.hub.find(stream).watermark());
        assertEquals("queued", second.hub.find(waiting).state());
    }

    @Test
    void answerThatBeginsBeforeTheOtherHasLookedIsItsAskers() {
        second.use();
        second.step();
        Query query = new Query(StreamId.mint(), "q", "Trinity", java.util.Map.of(), System.currentTimeMillis());
        ask(query, new RecordingSink());
        step();
        producer.append(new Started(query.stream(), 1, requests.end(), 1));
        text(query.stream(), 0, "hers");
        producer.commit();
        second.step();
        assertEquals("Trinity", second.hub.find(query.stream()).user());
        assertEquals("hers", second.follow(query.stream(), 0).text());
    }

    @Test
    void answerThatOneWatchesTheOtherDoesNotCancel() {
        Session reader = askSession(AT_ONCE);
        started(reader.stream().id());
        step();
        startSecond();
        both(120);
        assertEquals(List.of(), cancelled());
        reader.gone();
        step();
        assertEquals(List.of(reader.stream().id()), cancelled());
    }

    @Test
    void readerWhoMovesToTheOtherKeepsItsAnswer() {
        Session reader = askSession(AFTER_30_S);
        StreamId stream = reader.stream().id();
        started(stream);
        step();
        startSecond();
        RecordingSink moved = second.follow(stream, 0);
        reader.gone();
        both(100);
        assertEquals(List.of(), cancelled());
        text(stream, 0, "still there");
        step();
        second.step();
        assertEquals("still there", moved.text());
    }

    @Test
    void answerOfAFirstThatHasDiedIsCancelledByTheSecond() {
        Session reader = askSession(AFTER_30_S);
        started(reader.stream().id());
        step();
        startSecond();
        both(40);
        assertEquals(List.of(), cancelled());
        loseFirst();
        second.pass(31);
        assertEquals(List.of(reader.stream().id()), cancelled());
    }

    @Test
    void keyOfTheFirstHoldsInTheSecond() {
        startSecond();
        Query keyed = new Query(StreamId.mint(), "q", "", new QueryTerms("k", AFTER_30_S.cancelAfter(), null, null, null), java.util.Map.of(), 1);
        ask(keyed, new RecordingSink());
        both(1);
        Query again = new Query(StreamId.mint(), "q", "", new QueryTerms("k", AFTER_30_S.cancelAfter(), null, null, null), java.util.Map.of(), 1);
        assertEquals(keyed.stream(), second.ask(again, new RecordingSink()).stream().id());
    }

    @Test
    void oneOfThemAsksAFeed() {
        use("--feed", "prices=all of them");
        step();
        StreamId first = hub.feed("prices").current().id();
        startSecond("--feed", "prices=all of them");
        both(5);
        assertEquals(first, second.hub.feed("prices").current().id());
        end(first, 0, Outcome.COMPLETED);
        both(10);
        StreamId next = hub.feed("prices").current().id();
        assertEquals(next, second.hub.feed("prices").current().id());
        assertEquals(List.of(first, next), requests().stream().filter(Query.class::isInstance).map(each -> each.stream()).toList());
        hub.drain().begin(java.time.Duration.ofSeconds(20));
        end(next, 0, Outcome.COMPLETED);
        both(10);
        assertEquals(1, requests().stream().filter(Query.class::isInstance).count(), "the second asks where the first is being stopped");
    }

    @Test
    void feedThatOnlyTheFirstWantsEndsWithIt() {
        use("--feed", "prices=all of them");
        step();
        StreamId stream = hub.feed("prices").current().id();
        startSecond();
        both(5);
        assertEquals(List.of(), cancelled());
        loseFirst();
        second.pass(5);
        assertEquals(List.of(stream), cancelled());
    }

    @Test
    void endIsToldOnceByWhoeverWasAsked() {
        List<StreamId> toldByFirst = new ArrayList<>();
        List<StreamId> toldBySecond = new ArrayList<>();
        StreamId before = ask(new RecordingSink());
        step();
        startSecond();
        hub.onStreamEnd(stream -> toldByFirst.add(stream.id()));
        second.hub.onStreamEnd(stream -> toldBySecond.add(stream.id()));
        Query query = query("q");
        second.ask(query, new RecordingSink());
        both(1);
        end(before, 0, Outcome.COMPLETED);
        end(query.stream(), 0, Outcome.COMPLETED);
        both(1);
        assertEquals(List.of(before), toldByFirst);
        assertEquals(List.of(query.stream()), toldBySecond);
    }

    @Test
    void whatIsAskedWhileNobodyElseIsThereIsNotReadAgain() {
        Session asked = askSession(AFTER_30_S);
        pass(3);
        assertSame(asked.stream(), hub.find(asked.stream().id()));
        assertNull(hub.find(StreamId.mint()));
        assertEquals(1, hub.streams().size());
    }
}
