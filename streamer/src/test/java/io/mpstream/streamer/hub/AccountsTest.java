package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What one account may hold, what is told beyond it, and whose turn it is. */
class AccountsTest extends HubBench {
    private static Query by(String account) {
        return new Query(StreamId.mint(), "q", "", new QueryTerms(null, null, account, null, null), Map.of(), System.currentTimeMillis());
    }

    private StreamId ask(String account) {
        Query query = by(account);
        assertNotNull(hub.ask(query));
        step();
        return query.stream();
    }

    private RefusedException refused(String account) {
        return assertThrows(RefusedException.class, () -> hub.ask(by(account)));
    }

    private void answer(StreamId stream, int bytes) {
        started(stream);
        text(stream, 0, "x".repeat(bytes));
        end(stream, bytes, Outcome.COMPLETED);
        step();
    }

    @Test
    void streamsAtOnceAreBoundedUntilOneEnds() {
        use("--user-streams-max", "2");
        StreamId first = ask("ann");
        ask("ann");
        assertTrue(refused("ann").retryAfterS() >= 1);
        ask("bob");
        answer(first, 1);
        ask("ann");
        refused("ann");
    }

    @Test
    void viewersAreBoundedToo() {
        use("--user-streams-max", "2");
        StreamId stream = ask("ann");
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            sessions.add(hub.follow(hub.find(stream), FollowOptions.WHOLE, Grant.unlimited("bob"), PLAIN, new RecordingSink(), loop));
        }
        assertThrows(RefusedException.class,
                () -> hub.follow(hub.find(stream), FollowOptions.WHOLE, Grant.unlimited("bob"), PLAIN, new RecordingSink(), loop));
        hub.follow(hub.find(stream), FollowOptions.WHOLE, Grant.OPEN, PLAIN, new RecordingSink(), loop);
        sessions.getFirst().gone();
        hub.follow(hub.find(stream), FollowOptions.WHOLE, Grant.unlimited("bob"), PLAIN, new RecordingSink(), loop);
    }

    @Test
    void queryThatIsRefusedLeavesNothingBehind() {
        use("--user-streams-max", "1");
        ask("ann");
        for (int i = 0; i < 3; i++) {
            assertThrows(RefusedException.class, () -> hub.ask(by("ann"), FollowOptions.WHOLE, Grant.unlimited("ann"), PLAIN, new RecordingSink(), loop));
        }
        assertEquals(1, hub.streams().size());
        StreamId stream = hub.streams().iterator().next().id();
        answer(stream, 1);
        assertNotNull(hub.ask(by("ann"), FollowOptions.WHOLE, Grant.unlimited("ann"), PLAIN, new RecordingSink(), loop));
    }

    @Test
    void queriesAMinuteAreBoundedAndComeBackWithTime() {
        use("--user-asks-max", "3", "--user-streams-max", "0");
        for (int i = 0; i < 3; i++) {
            answer(ask("ann"), 1);
        }
        assertEquals(20, refused("ann").retryAfterS(), 1);
        answer(ask("bob"), 1);
        pass(21);
        answer(ask("ann"), 1);
        refused("ann");
    }

    @Test
    void textThatIsKeptIsBoundedUntilItIsForgotten() {
        use("--user-bytes-max", "1KiB", "--streams-max", "2");
        answer(ask("ann"), 600);
        answer(ask("ann"), 600);
        assertTrue(refused("ann").getMessage().contains("1200 bytes"));
        answer(ask("bob"), 1);
        // The oldest has left with that.
        ask("ann");
    }

    @Test
    void whatAnAccountHoldsIsKnownAfterARestart() {
        use("--user-streams-max", "2", "--user-bytes-max", "1KiB");
        answer(ask("ann"), 1_000);
        StreamId running = ask("ann");
        started(running);
        text(running, 0, "x".repeat(100));
        step();
        use("--user-streams-max", "2", "--user-bytes-max", "1KiB");
        assertTrue(refused("ann").getMessage().contains("1100 bytes"));
    }

    @Test
    void whoAsksOnceDoesNotWaitForAllOfWhoAsksMuch() {
        use("--user-streams-max", "0");
        StreamId running = ask("ann");
        started(running);
        StreamId second = ask("ann");
        StreamId third = ask("ann");
        pass(1);
        assertEquals(1, hub.find(second).place());
        assertEquals(2, hub.find(third).place());
        StreamId other = ask("bob");
        pass(2);
        assertEquals(1, hub.find(other).place());
        assertEquals(2, hub.find(second).place());
        assertEquals(3, hub.find(third).place());
        started(other);
        pass(2);
        assertEquals(1, hub.find(second).place());
        assertEquals(2, hub.find(third).place());
    }
}
