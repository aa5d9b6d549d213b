package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.Grant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who cancels what nobody reads, and when. */
class AbandonedStreamsTest extends HubBench {
    @Test
    void streamWithoutReadersIsCancelledAfterItsTime() {
        Session session = askSession(AFTER_30_S);
        session.gone();
        step();
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(30) - 1);
        step();
        assertEquals(List.of(), requests());
        nowNs.addAndGet(1);
        step();
        assertEquals(List.of(new Cancel(session.stream().id(), "nobody was reading")), requests());
    }

    @Test
    void policyDecidesWhetherAndWhenAStreamIsCancelled() {
        Session cancelled = askSession(DisconnectPolicy.parse("cancel"));
        Session continued = askSession(DisconnectPolicy.parse("continue"));
        cancelled.gone();
        continued.gone();
        nowNs.addAndGet(TimeUnit.DAYS.toNanos(1_000));
        step();
        assertEquals(List.of(new Cancel(cancelled.stream().id(), "nobody was reading")), requests());
    }

    @Test
    void streamThatEndsBeforeItsTimeIsNotCancelled() {
        Session session = askSession(AFTER_30_S);
        session.gone();
        step();
        end(session.stream().id(), 0, Outcome.COMPLETED);
        step();
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(31));
        step();
        assertEquals(List.of(), requests());
    }

    @Test
    void answersOfAnEarlierRunAreCancelledAfterTheirTime() {
        StreamId ended = StreamId.mint();
        StreamId running = StreamId.mint();
        producer.append(new Started(ended, 1, Journal.START, 0));
        producer.append(new Started(running, 1, Journal.START, 0));
        text(ended, 0, "x");
        end(ended, 1, Outcome.COMPLETED);
        producer.commit();
        use();
        step();
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(29));
        step();
        assertEquals(List.of(), requests());
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
        step();
        assertEquals(List.of(new Cancel(running, "nobody was reading")), requests());
    }

    @Test
    void answerThatStartsForNobodyIsCancelledToo() {
        StreamId stranger = StreamId.mint();
        producer.append(new Started(stranger, 1, Journal.START, 0));
        step();
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(30));
        step();
        assertEquals(List.of(new Cancel(stranger, "nobody was reading")), requests());
    }

    @Test
    void answerThatGoesOnWithoutReadersIsCancelledWhenItCanGoNoFurtherForLong() {
        use("--ahead-bytes", "64KiB");
        Session session = askSession(DisconnectPolicy.parse("continue"));
        StreamId stream = session.stream().id();
        session.gone();
        text(stream, 0, "x".repeat(65_535));
        pass(31);
        assertEquals(List.of(), requests());
        text(stream, 65_535, "xx");
        pass(29);
        assertEquals(List.of(), requests());
        pass(1);
        assertEquals(List.of(new Cancel(stream, "nobody was reading, and it was as far ahead as it may be")), requests());
    }

    @Test
    void readerOfAStuckAnswerHasTimeToComeBack() {
        use("--ahead-bytes", "64KiB");
        Query query = query(DisconnectPolicy.parse("continue"));
        Session session = ask(query, new RecordingSink().room(0));
        step();
        text(query.stream(), 0, "x".repeat(65_536));
        text(query.stream(), 65_536, "x".repeat(65_536));
        step();
        requests();
        session.gone();
        pass(20);
        RecordingSink back = follow(query.stream(), 0);
        assertEquals(131_072, back.text().length());
        pass(60);
        assertEquals(0, requests().stream().filter(Cancel.class::isInstance).count());
    }

    @Test
    void streamIsCancelledOnlyWhenItsLastViewerHasLeft() {
        Query query = query(DisconnectPolicy.parse("2s"));
        Session first = ask(query, new RecordingSink());
        step();
        requests();
        RecordingSink second = new RecordingSink();
        Session other = hub.follow(hub.find(query.stream()), FollowOptions.WHOLE, Grant.OPEN, PLAIN, second, loop);
        step();
        first.gone();
        pass(5);
        assertEquals(List.of(), requests());
        other.gone();
        pass(1);
        assertEquals(List.of(), requests());
        pass(1);
        assertEquals(List.of(new Cancel(query.stream(), "nobody was reading")), requests());
    }

    @Test
    void viewerWhoComesBackInTimeKeepsItAlive() {
        Session session = askSession(DisconnectPolicy.parse("2s"));
        session.gone();
        pass(1);
        follow(session.stream().id(), 0);
        pass(10);
        assertEquals(List.of(), requests());
    }

    @Test
    void policyTravelsWithTheQueryOverARestart() {
        Session session = askSession(DisconnectPolicy.parse("continue"));
        started(session.stream().id());
        step();
        use();
        pass(60);
        assertEquals(List.of(), requests());
    }

    @Test
    void brokenSocketIsAClientThatLeft() {
        RecordingSink sink = new RecordingSink();
        Query query = query(DisconnectPolicy.parse("cancel"));
        ask(query, sink);
        step();
        requests();
        sink.isBroken = true;
        text(query.stream(), 0, "x");
        step();
        step();
        assertEquals("aborted", sink.state);
        assertEquals(List.of(new Cancel(query.stream(), "nobody was reading")), requests());
    }

    @Test
    void clientThatLeavesTwiceLeavesOnce() {
        Session session = askSession(DisconnectPolicy.parse("cancel"));
        session.gone();
        session.gone();
        session.writable();
        step();
        step();
        assertEquals(1, requests().size());
    }
}
