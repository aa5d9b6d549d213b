package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Retention;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.Feed;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.stream.LiveStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One query that always has an answer. */
class FeedsTest extends HubBench {
    private static final String[] PRICES = {"--feed", "prices=all of them", "--ahead-bytes", "64KiB"};

    @Test
    void feedIsAskedAtTheStartAndOnce() {
        use(PRICES);
        pass(10);
        List<Request> asked = requests();
        assertEquals(1, asked.size());
        assertEquals("all of them", ((Query) asked.getFirst()).text());
    }

    @Test
    void viewersStayWhenItsStreamEndsAndAreTold() {
        use(PRICES);
        step();
        LiveStream first = feed().current();
        started(first.id());
        text(first.id(), 0, "one");
        step();
        RecordingSink plain = follow(first.id(), new FollowOptions(0, FollowOptions.Mode.LIVE, 0, feed()));
        RecordingSink events = new RecordingSink();
        hub.follow(first, new FollowOptions(3, FollowOptions.Mode.LIVE, 0, feed()), Grant.OPEN, new ServerSentEvents(false), events, loop);
        end(first.id(), 3, Outcome.FAILED);
        step();
        assertEquals("open", plain.state);
        pass(1);
        LiveStream second = feed().current();
        assertNotSame(first, second);
        text(second.id(), 0, " two");
        step();
        assertEquals("one two", plain.text());
        assertTrue(events.text().endsWith("id: " + second.id() + ":0\nevent: restarted\ndata: {\"stream\":\"" + second.id() + "\"}\n\nid: "
                + second.id() + ":4\ndata:  two\n\n"), events.text());
    }

    @Test
    void pauseGrowsWhileItsStreamsAreShortLived() {
        use(PRICES);
        step();
        for (int pause : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            LiveStream current = feed().current();
            end(current.id(), 0, Outcome.FAILED);
            step();
            pass(pause - 1);
            assertSame(current, feed().current(), "after " + (pause - 1) + " s");
            pass(1);
            assertNotSame(current, feed().current(), "after " + pause + " s");
        }
        pass(60);
        LiveStream current = feed().current();
        end(current.id(), 0, Outcome.FAILED);
        pass(1);
        assertNotSame(current, feed().current(), "one that lived long starts over");
    }

    @Test
    void feedRunsOnWithoutViewers() {
        use(PRICES);
        step();
        requests();
        LiveStream stream = feed().current();
        started(stream.id());
        for (int i = 0; i < 20; i++) {
            text(stream.id(), i * 10_000, "x".repeat(10_000));
            step();
        }
        pass(100);
        List<Request> written = requests();
        assertTrue(written.stream().allMatch(Credit.class::isInstance) && written.size() >= 10, written.toString());
    }

    @Test
    void restartedStreamerGoesOnWithTheStreamThatRuns() {
        use(PRICES);
        step();
        LiveStream stream = feed().current();
        started(stream.id());
        text(stream.id(), 0, "abc");
        step();
        requests();
        use(PRICES);
        pass(10);
        assertEquals(stream.id(), feed().current().id());
        assertEquals(List.of(), requests());
        use("--feed", "prices=another query");
        pass(1);
        assertNotSame(stream.id(), feed().current().id());
        assertTrue(requests().stream().anyMatch(request -> request instanceof Cancel cancel && cancel.stream().equals(stream.id())));
    }

    @Test
    void feedIsKnownForOneWhenItsQueryHasLeftTheJournal() {
        use("--feed", "prices=all of them");
        step();
        LiveStream stream = feed().current();
        started(stream.id());
        Query asked = (Query) requests().getFirst();
        long queryAt = requests.end();
        text(stream.id(), 0, "abc");
        running(asked, 3);
        text(stream.id(), 3, "def");
        ask(new RecordingSink());
        requests.trim(requests.end(), new Retention(Duration.ZERO, 0));
        responses.trim(responses.end(), new Retention(Duration.ZERO, 0));
        assertTrue(requests.first() > queryAt);
        use("--feed", "prices=all of them");
        pass(10);
        assertEquals(stream.id(), feed().current().id());
        assertEquals("def", follow(stream.id(), 3).text());
        assertEquals(List.of(), requests(), "nothing is asked again, nothing is cancelled");
    }

    private Feed feed() {
        return hub.feed("prices");
    }
}
