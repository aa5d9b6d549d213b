package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.JsonLines;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What ends a response before its stream: the server is being stopped, the producer stays away, the disk is full. */
class DrainTest extends HubBench {
    private static final Pattern RETRY = Pattern.compile("retry: (\\d+)\nevent: interrupted\ndata: \\{\"reason\":\"([a-z-]+)\",\"offset\":(\\d+),\"retryMs\":(\\d+)}\n\n$");

    private RecordingSink events(StreamId stream) {
        RecordingSink sink = new RecordingSink();
        hub.follow(hub.find(stream), FollowOptions.WHOLE, Grant.OPEN, new ServerSentEvents(false), sink, loop);
        step();
        return sink;
    }

    @Test
    void nobodyNewIsTakenAndWhoReadsGoesOn() {
        RecordingSink reader = new RecordingSink();
        StreamId stream = ask(reader);
        started(stream);
        step();
        hub.drain().begin(Duration.ofSeconds(20));
        assertThrows(RefusedException.class, () -> ask(query("q"), new RecordingSink()));
        assertThrows(RefusedException.class, () -> hub.ask(query("q")));
        assertThrows(RefusedException.class, () -> follow(stream, 0));
        pass(10);
        text(stream, 0, "on it goes");
        end(stream, 10, Outcome.COMPLETED);
        step();
        assertEquals("on it goes\n", reader.text());
        assertEquals(0, hub.drain().sessions());
    }

    @Test
    void whoIsLeftIsToldWhereAndWhenToGoOn() {
        StreamId stream = ask(new RecordingSink());
        started(stream);
        text(stream, 0, "half");
        step();
        RecordingSink plain = follow(stream, 0);
        RecordingSink events = events(stream);
        RecordingSink lines = new RecordingSink();
        hub.follow(hub.find(stream), FollowOptions.WHOLE, Grant.OPEN, new JsonLines(), lines, loop);
        hub.drain().begin(Duration.ofSeconds(20));
        pass(21);
        assertEquals(List.of("aborted", "finished", "finished"), List.of(plain.state, events.state, lines.state));
        Matcher told = RETRY.matcher(events.text());
        assertTrue(told.find(), events.text());
        assertEquals(List.of("draining", "4"), List.of(told.group(2), told.group(3)));
        assertTrue(lines.text().matches("(?s).*\\{\"interrupted\":\\{\"reason\":\"draining\",\"offset\":4,\"retryMs\":\\d+}}\n"), lines.text());
        assertEquals(0, hub.drain().sessions());
    }

    @Test
    void theyEndOneByOneInTheLastQuarter() {
        StreamId stream = ask(new RecordingSink());
        started(stream);
        step();
        List<RecordingSink> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(events(stream));
        }
        hub.drain().begin(Duration.ofSeconds(40));
        pass(29);
        assertEquals(0, all.stream().filter(each -> !each.state.equals("open")).count());
        long most = 0;
        long before = 0;
        for (int second = 0; second < 12; second++) {
            pass(1);
            long ended = all.stream().filter(each -> each.state.equals("finished")).count();
            most = Math.max(most, ended - before);
            before = ended;
        }
        assertEquals(200, before);
        assertTrue(most < 60, most + " in one second of ten");
        assertTrue(all.stream().map(each -> RETRY.matcher(each.text())).peek(Matcher::find).map(each -> each.group(1)).distinct().count() > 50);
    }

    @Test
    void readersOfAProducerThatIsAwayAreToldAfterTheGraceAndCanComeBack() {
        use("--producer-grace", "10s");
        StreamId stream = ask(new RecordingSink());
        producer.append(new Lease(1, System.currentTimeMillis(), 3_000, Journal.START, 0, false, Lease.State.SERVING, ""));
        started(stream);
        text(stream, 0, "half");
        step();
        RecordingSink plain = follow(stream, 0);
        RecordingSink events = events(stream);
        pass(12);
        assertEquals(List.of("open", "open"), List.of(plain.state, events.state));
        pass(2);
        assertEquals(List.of("aborted", "finished"), List.of(plain.state, events.state));
        Matcher told = RETRY.matcher(events.text());
        assertTrue(told.find() && told.group(2).equals("producer-away"), events.text());
        RecordingSink back = follow(stream, 2);
        pass(9);
        assertEquals(List.of("lf", "open"), List.of(back.text(), back.state));
        producer.append(new Lease(2, System.currentTimeMillis(), 30_000, Journal.START, 0, false, Lease.State.SERVING, ""));
        text(stream, 4, " and half");
        end(stream, 13, Outcome.COMPLETED);
        step();
        assertEquals("lf and half\n", back.text());
    }

    @Test
    void silentProducerThatLivesIsWaitedFor() {
        use("--producer-grace", "10s");
        StreamId stream = ask(new RecordingSink());
        started(stream);
        step();
        RecordingSink reader = follow(stream, 0);
        for (int i = 0; i < 60; i++) {
            producer.append(new Lease(1, System.currentTimeMillis(), 3_000, Journal.START, 0, false, Lease.State.SERVING, ""));
            pass(1);
        }
        assertEquals("open", reader.state);
    }

    @Test
    void nothingIsTakenWhileTheDiskIsNearlyFull() {
        use("--disk-floor", "8MiB");
        roomBytes = (8 << 20) - 1;
        pass(1);
        RefusedException away = assertThrows(RefusedException.class, () -> ask(query("q"), new RecordingSink()));
        assertTrue(away.getMessage().contains("disk") && away.retryAfterS() > 1, away.getMessage());
        roomBytes = 8 << 20;
        pass(1);
        StreamId stream = ask(new RecordingSink());
        roomBytes = 1 << 20;
        pass(1);
        hub.stop(hub.find(stream));
        step();
        assertEquals(1, requests().size(), "there is a reserve for what must be said");
    }

    @Test
    void nothingIsWrittenWhenTheDiskIsFull() {
        use("--disk-floor", "8MiB");
        StreamId stream = ask(new RecordingSink());
        roomBytes = (1 << 20) - 1;
        pass(1);
        CompletableFuture<Void> stopped = hub.stop(hub.find(stream));
        step();
        assertTrue(stopped.isCompletedExceptionally());
        assertEquals(0, requests().size());
    }
}
