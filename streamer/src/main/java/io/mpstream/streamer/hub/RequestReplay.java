package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.Running;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Watched;
import io.mpstream.streamer.admission.Admissions;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.WaitQueue;
import io.mpstream.streamer.stream.Feeds;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.stream.StreamDirectory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Reads in the request journal what was not asked here and now: the queries of earlier runs, at the start, and while other streamers are on
 * the same journals those that they take, and which streams they have readers of. Confined to the hub's thread except where a method says otherwise.
 */
final class RequestReplay {
    private static final long LOOK_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final StreamDirectory directory;
    private final Admissions admissions;
    private final WaitQueue queue;
    private final AbandonedStreams abandoned;
    private final Feeds feeds;
    private final RequestAppender requests;
    private final Clock clock;
    private final CatchUp catchUp = new CatchUp();
    private final Consumer<Request> onRequest = this::onRequest;
    private final LongConsumer wakeAfterNs;

    /** Null before {@link #begin}: of a hub that begins with nothing. */
    private Journal<Request> journal;
    private Tailer<Request> tailer;
    private BooleanSupplier isTaken = () -> false;
    /** Names this run of this streamer. */
    private final long self = UUID.randomUUID().getMostSignificantBits();

    /** What was read at the start; null later. */
    private Deque<LiveStream> past;
    private boolean isShared;
    private long sharedSinceNs;
    private long lookedNs;
    /** Until when the streams count as watched that other streamers have readers of. */
    private final Map<StreamId, Long> watchedUntilNs = new HashMap<>();
    /** The streams that were deleted, whose queries may have left the journal. */
    private final Set<StreamId> deleted = new HashSet<>();
    /** The streams without an end that were asked through others, who will tell of their ends. */
    private final Set<StreamId> elsewhere = new HashSet<>();

    RequestReplay(StreamDirectory directory, Admissions admissions, WaitQueue queue, AbandonedStreams abandoned, Feeds feeds, RequestAppender requests,
            Clock clock, LongConsumer wakeAfterNs) {
        this.directory = directory;
        this.admissions = admissions;
        this.queue = queue;
        this.abandoned = abandoned;
        this.feeds = feeds;
        this.requests = requests;
        this.clock = clock;
        this.wakeAfterNs = wakeAfterNs;
    }

    /**
     * Reads what is retained. Their frames are to be read next.
     *
     * @param journal the request journal
     * @param isTaken whether another streamer has these journals too, now
     */
    void begin(Journal<Request> journal, BooleanSupplier isTaken) {
        this.journal = journal;
        this.tailer = journal.tailer();
        this.isTaken = isTaken;
        past = new ArrayDeque<>();
        lookedNs = clock.nanoTime();
        isShared = isTaken.getAsBoolean();
        sharedSinceNs = lookedNs;
        read();
    }

    /** Their frames have been read: goes on with those that have no end. Nobody here reads them now. */
    void settle() {
        past.forEach(this::goOn);
        past = null;
        feeds.begin();
    }

    /** What is known of the ends of those that were read again. */
    CatchUp catchUp() {
        return catchUp;
    }

    /** Reads what other streamers have taken up to now. */
    void readUp() {
        if (tailer != null && !isShared && isTaken.getAsBoolean()) {
            isShared = true;
            sharedSinceNs = clock.nanoTime();
            wakeAfterNs.accept(LOOK_EVERY_NS);
        }
        if (isShared) {
            read();
        }
    }

    private void read() {
        if (tailer != null) {
            tailer.readToEnd(onRequest);
        }
    }

    private void onRequest(Request request) {
        LiveStream stream = directory.find(request.stream());
        switch (request) {
            case Query query when stream == null -> restore(query);
            case Cancel cancel when cancel.reason().equals(RequestAppender.DELETED) -> {
                deleted.add(cancel.stream());
                if (stream != null) {
                    directory.delete(stream);
                }
            }
            case Credit credit when stream != null -> stream.credited(credit.offset());
            case Watched watched when past == null && watched.streamer() != self ->
                    watchedUntilNs.put(watched.stream(), clock.nanoTime() + AbandonedStreams.WATCHED_NS);
            default -> { }
        }
    }

    private void restore(Query query) {
        LiveStream stream = admissions.restore(query);
        stream.queryPosition(tailer.position());
        catchUp.add(stream, tailer.position());
        if (isShared) {
            elsewhere.add(query.stream());
        }
        if (past != null) {
            past.add(stream);
        } else {
            goOn(stream);
        }
    }

    private void goOn(LiveStream stream) {
        if (directory.find(stream.id()) != stream) {
            return;
        }
        if (stream.terms().feed() != null && !feeds.resume(stream) && !isShared) {
            cancelUnwanted(stream);
        }
        if (stream.end() == null) {
            queue.accepted(stream);
            abandoned.left(stream);
        }
    }

    private void cancelUnwanted(LiveStream stream) {
        requests.cancel(stream, "the feed is not wanted any more");
    }

    /**
     * The stream of this name, of whichever streamer, or null.
     *
     * @param position of its query, or {@link Journal#START} if that is not known
     */
    LiveStream known(StreamId id, long position) {
        LiveStream stream = directory.find(id);
        if (stream != null || past != null || tailer == null || position <= tailer.position() && !isShared()) {
            return stream;
        }
        // Another streamer may have taken its query just now.
        read();
        return directory.find(id);
    }

    /** An answer whose query has left the journal. It has no readers. */
    LiveStream adopt(StreamId id, long atMs) {
        LiveStream stream = admissions.restore(Query.unknown(id, atMs));
        if (deleted.contains(id)) {
            directory.delete(stream);
        }
        if (past != null) {
            past.add(stream);
        } else {
            goOn(stream);
        }
        return stream;
    }

    /** The stream of an answer that runs. Where its query has left the request journal, the frame has it. */
    LiveStream running(Running running) {
        Query query = running.query();
        LiveStream stream = known(query.stream(), Journal.START);
        if (stream == null || stream.asked().preview().isEmpty() && query.isKnown()) {
            if (stream != null) {
                // Text was read before it was known whose it is.
                admissions.forget(stream);
                queue.forgotten(stream);
            }
            stream = admissions.restore(query);
            if (deleted.contains(query.stream())) {
                directory.delete(stream);
            }
            if (past != null) {
                // It was asked before all that is in the request journal.
                past.addFirst(stream);
            } else {
                goOn(stream);
            }
        }
        catchUp.running(stream);
        return stream;
    }

    /** Now and then looks whether there are other streamers, what they have taken, and tells them what has readers here; returns the work done. */
    int look(long nowNs) {
        if (tailer == null || nowNs - lookedNs < LOOK_EVERY_NS) {
            return 0;
        }
        lookedNs = nowNs;
        boolean wasShared = isShared;
        // In this order: who comes later appends after it.
        long end = journal.end();
        isShared = isTaken.getAsBoolean();
        if (isShared) {
            sharedSinceNs = wasShared ? sharedSinceNs : nowNs;
            read();
            tellWatched();
            wakeAfterNs.accept(LOOK_EVERY_NS);
        } else if (wasShared) {
            read();
            onAlone();
        } else if (end != Journal.START) {
            // All of it is this streamer's own.
            tailer.seek(end);
        }
        return wasShared || isShared ? 1 : 0;
    }

    private void tellWatched() {
        for (LiveStream stream : directory.all()) {
            if (stream.end() == null && !stream.followers().isEmpty()) {
                requests.append(new Watched(stream.id(), self));
            }
        }
    }

    private void onAlone() {
        watchedUntilNs.clear();
        elsewhere.clear();
        for (LiveStream stream : directory.all()) {
            if (stream.end() == null && stream.feed() != null && !feeds.wants(stream)) {
                cancelUnwanted(stream);
            }
        }
    }

    /** Whether another streamer is on the same journals. */
    boolean isShared() {
        look(clock.nanoTime());
        return isShared;
    }

    /** Whether another streamer has readers of this stream, as far as is known; of one that has just come nothing is. */
    boolean isWatched(LiveStream stream) {
        long nowNs = clock.nanoTime();
        return isShared() && (nowNs - sharedSinceNs < AbandonedStreams.WATCHED_NS
                || watchedUntilNs.getOrDefault(stream.id(), nowNs) - nowNs > 0);
    }

    /** Whether another streamer tells of this stream. */
    boolean isElsewhere(LiveStream stream) {
        return isShared && !elsewhere.isEmpty() && elsewhere.contains(stream.id());
    }

    /** The stream has ended; returns whether another streamer tells of it. */
    boolean isToldElsewhere(LiveStream stream) {
        watchedUntilNs.remove(stream.id());
        catchUp.ended(stream);
        return elsewhere.remove(stream.id()) && isShared;
    }

    void close() {
        if (tailer != null) {
            tailer.close();
        }
    }
}
