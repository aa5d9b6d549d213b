package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** The feeds, each with one stream that runs. Confined to the hub's thread except where a method says otherwise. */
final class Feeds {
    private static final DisconnectPolicy GOES_ON = new DisconnectPolicy(DisconnectPolicy.NEVER);

    private final Map<String, Feed> byName = new LinkedHashMap<>();
    private final Clock clock;
    private LongConsumer wakeAfterNs = delayNs -> { };
    private final Function<Query, LiveStream> admit;

    /** Feeds of these queries, by name; {@code admit} takes a query. */
    Feeds(Map<String, String> queries, Clock clock, Function<Query, LiveStream> admit) {
        this.admit = admit;
        queries.forEach((name, query) -> byName.put(name, new Feed(name, query)));
        this.clock = clock;
    }

    /** Who wakes the hub's thread after so many nanoseconds. */
    void connect(LongConsumer wakeAfterNs) {
        this.wakeAfterNs = wakeAfterNs;
    }

    /** The feed of this name, or null. Any thread. */
    Feed find(String name) {
        return byName.get(name);
    }

    /** A stream of an earlier run; returns whether its feed goes on with it. */
    boolean resume(LiveStream stream) {
        Feed feed = byName.get(stream.terms().feed());
        boolean isWanted = feed != null && stream.asks(feed.query());
        if (isWanted) {
            feed.goOn(stream, clock.nanoTime());
        }
        return isWanted;
    }

    /** All streams of earlier runs are known: those feeds are due that have none that runs. */
    void begin() {
        for (Feed feed : byName.values()) {
            if (feed.current() == null || feed.current().end() != null) {
                wakeAfterNs.accept(feed.ended(clock.nanoTime()));
            }
        }
    }

    /** A stream has ended. If it was a feed's, the feed is asked again soon. */
    void ended(LiveStream stream) {
        Feed feed = stream.terms().feed() == null ? null : byName.get(stream.terms().feed());
        if (feed != null && feed.current() == stream) {
            wakeAfterNs.accept(feed.ended(clock.nanoTime()));
        }
    }

    /** Asks the feeds that are due, and goes on with what is in the journal; returns how many. */
    int ask(long nowNs) {
        if (byName.isEmpty()) {
            return 0;
        }
        int work = 0;
        for (Feed feed : byName.values()) {
            LiveStream asked = feed.asked();
            if (asked != null && asked.isAccepted()) {
                goOn(feed, asked, nowNs);
                work++;
            } else if (asked != null && asked.isRefused()) {
                wakeAfterNs.accept(feed.ended(nowNs));
                work++;
            } else if (feed.isDue(nowNs)) {
                Terms terms = new Terms(GOES_ON, null, feed.name(), null);
                feed.asked(admit.apply(new Query(StreamId.random(), feed.query(), "", terms.with(Map.of()), System.currentTimeMillis())));
                work++;
            }
        }
        return work;
    }

    private void goOn(Feed feed, LiveStream next, long nowNs) {
        feed.goOn(next, nowNs);
        // It may have been a short one.
        if (next.end() != null) {
            ended(next);
        }
    }
}
