package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.JsonLines;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.Grant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a session when what it reads under is soon over, is over, or is taken back. */
class GrantTest extends HubBench {
    private static final long MINUTE_MS = 60_000;

    private final AtomicBoolean isRevoked = new AtomicBoolean();
    private StreamId stream;

    @BeforeEach
    void ask() {
        stream = ask(new RecordingSink());
        started(stream);
        text(stream, 0, "some");
        step();
    }

    private Grant grant(String user, long lifeMs, long leftMs) {
        long nowMs = System.currentTimeMillis();
        return Grant.until(user, null, nowMs + leftMs - lifeMs, nowMs + leftMs, true, isRevoked::get);
    }

    private RecordingSink follow(Grant grant, Encoder encoder) {
        RecordingSink sink = new RecordingSink();
        hub.follow(hub.find(stream), FollowOptions.WHOLE, grant, encoder, sink, loop);
        step();
        return sink;
    }

    @Test
    void clientIsAskedOnceForAFreshOneBeforeTheEnd() {
        RecordingSink early = follow(grant("ann", 10 * MINUTE_MS, 5 * MINUTE_MS), new ServerSentEvents(false));
        RecordingSink late = follow(grant("ann", 10 * MINUTE_MS, 20_000), new ServerSentEvents(false));
        RecordingSink shortLived = follow(grant("ann", 4_000, 3_000), new JsonLines());
        pass(5);
        assertFalse(early.text().contains("challenge"));
        assertEquals(2, late.text().split("event: challenge\n", -1).length);
        assertTrue(late.text().contains("\"renew\":\"/v1/stream/" + stream + "/renew\"}"), late.text());
        assertFalse(shortLived.text().contains("challenge"), "more than half its life is left");
        assertEquals("open", late.state);
    }

    @Test
    void sessionEndsInItsFormatsWayAndNothingIsSentAfterwards() {
        RecordingSink events = follow(grant("ann", MINUTE_MS, MINUTE_MS), new ServerSentEvents(false));
        RecordingSink lines = follow(grant("ann", MINUTE_MS, MINUTE_MS), new JsonLines());
        RecordingSink plain = follow(grant("ann", MINUTE_MS, MINUTE_MS), PLAIN);
        RecordingSink other = follow(Grant.OPEN, PLAIN);
        isRevoked.set(true);
        pass(1);
        text(stream, 4, " more");
        step();
        assertTrue(events.text().endsWith("event: expired\ndata: {}\n\n"), events.text());
        assertEquals("finished", events.state);
        assertTrue(lines.text().endsWith("\n{\"expired\":true}\n"), lines.text());
        assertEquals("finished", lines.state);
        assertEquals("some", plain.text());
        assertEquals("aborted", plain.state);
        assertEquals("some more", other.text());
        assertEquals(2, hub.find(stream).followers().count(), "the asker and the other one");
    }

    @Test
    void sessionWhoseSocketIsFullIsBrokenOff() {
        RecordingSink sink = new RecordingSink().room(10);
        hub.follow(hub.find(stream), FollowOptions.WHOLE, grant("ann", MINUTE_MS, MINUTE_MS), new ServerSentEvents(false), sink, loop);
        step();
        isRevoked.set(true);
        pass(1);
        assertEquals("aborted", sink.state);
    }

    @Test
    void freshOneInTheSameNameCarriesTheSessionOn() {
        AtomicBoolean isOldRevoked = new AtomicBoolean();
        long nowMs = System.currentTimeMillis();
        Grant old = Grant.until("ann", null, nowMs - MINUTE_MS, nowMs + 10_000, true, isOldRevoked::get);
        RecordingSink sink = follow(old, new JsonLines());
        hub.renew(hub.find(stream), grant("bob", MINUTE_MS, MINUTE_MS));
        hub.renew(hub.find(stream), grant("ann", 5_000, 5_000));
        hub.renew(hub.find(stream), grant("ann", MINUTE_MS, MINUTE_MS));
        isOldRevoked.set(true);
        pass(2);
        assertEquals("open", sink.state);
        isRevoked.set(true);
        pass(1);
        assertEquals("finished", sink.state);
    }

    @Test
    void whatCannotBeRenewedIsNotAskedFor() {
        long nowMs = System.currentTimeMillis();
        RecordingSink sink = follow(Grant.until("ann", null, nowMs - MINUTE_MS, nowMs + 5_000, false, isRevoked::get), new JsonLines());
        hub.renew(hub.find(stream), grant("ann", MINUTE_MS, MINUTE_MS));
        pass(2);
        assertFalse(sink.text().contains("challenge"));
        isRevoked.set(true);
        pass(1);
        assertEquals("finished", sink.state);
    }

    @Test
    void responseThatHasNotBegunIsRefused() {
        RecordingSink sink = new RecordingSink();
        // At the live end: there is nothing to send yet.
        hub.follow(hub.find(stream), new FollowOptions(4, FollowOptions.Mode.POLL, 0, null), grant("ann", MINUTE_MS, MINUTE_MS), PLAIN, sink, loop);
        step();
        isRevoked.set(true);
        pass(1);
        assertEquals(RefusedException.Reason.EXPIRED, sink.why.reason());
    }
}
