package io.mpstream.streamer.stream;

import io.mpstream.agent.Clock;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.limits.RefusedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** The feeds, each with one stream that runs. Confined to the hub's thread except where a method says otherwise. */
public final class Feeds {
    private final Map<String, Feed> byName = new LinkedHashMap<>();
    private final Clock clock;
    private final Function<Query, LiveStream> admit;
    private final BiConsumer<LiveStream, String> cancel;
    private final LongConsumer wakeAfterNs;

    /**
     * Feeds that have no streams yet.
     *
     * @param queries     by the name of the feed
     * @param admit       takes a query
     * @param cancel      ends an answer
     * @param wakeAfterNs wakes the hub's thread after so many nanoseconds
     */
    public Feeds(Map<String, String> queries, Clock clock, Function<Query, LiveStream> admit, BiConsumer<LiveStream, String> cancel,
            LongConsumer wakeAfterNs) {
        this.admit = admit;
        this.cancel = cancel;
        queries.forEach((name, query) -> byName.put(name, new Feed(name, query)));
        this.clock = clock;
        this.wakeAfterNs = wakeAfterNs;
    }

    /** The feed of this name, or null. Any thread. */
    public Feed find(String name) {
        return byName.get(name);
    }

    /** A stream of an earlier run, or of another streamer; returns whether its feed goes on with it. */
    public boolean resume(LiveStream stream) {
        boolean isWanted = wants(stream);
        if (isWanted) {
            goOn(byName.get(stream.feed()), stream, clock.nanoTime());
        }
        return isWanted;
    }

    /** Whether a feed's stream is of a feed of these. */
    public boolean wants(LiveStream stream) {
        Feed feed = byName.get(stream.feed());
        return feed != null && stream.asked().is(feed.query());
    }

    /** All streams of earlier runs are known: those feeds are due that have none that runs. */
    public void begin() {
        for (Feed feed : byName.values()) {
            if (feed.current() == null || feed.current().end() != null) {
                wakeAfterNs.accept(feed.ended(clock.nanoTime()));
            }
        }
    }

    /** A stream has ended. If it was a feed's, the feed is asked again soon. */
    public void ended(LiveStream stream) {
        Feed feed = stream.terms().feed() == null ? null : byName.get(stream.terms().feed());
        if (feed != null && feed.current() == stream) {
            wakeAfterNs.accept(feed.ended(clock.nanoTime()));
        }
    }

    /**
     * Asks the feeds that are due, and goes on with what is in the journal; returns how many.
     *
     * @param patienceNs how much longer a feed that is due waits for another streamer to ask it
     */
    public int ask(long nowNs, long patienceNs) {
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
            } else if (feed.isDue(nowNs - patienceNs)) {
                QueryTerms terms = new QueryTerms(null, QueryTerms.NEVER, null, feed.name(), null);
                ask(feed, new Query(StreamId.mint(), feed.query(), "", terms, Map.of(), System.currentTimeMillis()), nowNs);
                work++;
            }
        }
        return work;
    }

    private void ask(Feed feed, Query query, long nowNs) {
        try {
            feed.asked(admit.apply(query));
        } catch (RefusedException e) {
            wakeAfterNs.accept(feed.ended(nowNs));
        }
    }

    private void goOn(Feed feed, LiveStream next, long nowNs) {
        LiveStream before = feed.current();
        if (before != null && before != next && before.end() == null) {
            // Two streamers have asked at once: all go on with what comes later in the journal.
            cancel.accept(before, "the feed goes on with another");
        }
        feed.goOn(next, nowNs);
        // It may have been a short one.
        if (next.end() != null) {
            ended(next);
        }
    }
}
