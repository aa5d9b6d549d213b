package io.mpstream.producer;

import io.mpstream.agent.Agent;
import io.mpstream.agent.Clock;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Watched;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the request journal, takes queries up, passes cancels and credits on, and has those that wait started. Confined to its thread except
 * where a method says otherwise.
 */
final class Dispatcher implements Agent {
    private static final int ENTRIES_A_ROUND = 64;
    private static final String FULL = "the disk of the journals is full";
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Tailer<Request> requests;
    private final ResponseAppender responses;
    private final Recovery recovery;
    private final Places places;
    private final ServingLease lease;
    private final DiskRoom room;
    private final Clock clock;

    private final OpenAnswers open;
    /** Whether all has been read that was there at the start. */
    private boolean hasCaughtUp;
    /** Whether what ran was ended for want of room. */
    private boolean wasFull;
    /** Of the entry that is read, and of the one before it. */
    private long entry;
    private long entryBefore;

    /**
     * A dispatcher that goes on where an earlier run stopped.
     *
     * @param requests stands after where it starts
     * @param recovery what the earlier run had done
     * @param room     on the disk of the journals
     */
    Dispatcher(Tailer<Request> requests, ResponseAppender responses, Recovery recovery, Places places, ServingLease lease, DiskRoom room, Clock clock) {
        this.requests = requests;
        this.responses = responses;
        this.recovery = recovery;
        this.places = places;
        this.lease = lease;
        this.room = room;
        this.clock = clock;
        this.entry = recovery.start().request();
        List<Answer> running = recovery.takeRunning().stream().map(each -> places.takeUp(each.query(), Journal.START, each)).toList();
        this.open = new OpenAnswers(recovery.start(), running, clock.nanoTime());
    }

    /** The positions that the producer has come to. Any thread. */
    Positions positions() {
        return open.positions();
    }

    /** The positions for a checkpoint. Any thread. */
    Positions checkpoint() {
        return open.checkpoint();
    }

    @Override
    public String role() {
        return "dispatcher";
    }

    @Override
    public int doWork() {
        long nowNs = clock.nanoTime();
        // Taken before all else: the ends up to there are settled in this round, and frames for what is polled in it cannot
        // come before it.
        long newest = responses.position();
        // Once a round, so that what is started is not passed over by the round that ends what runs.
        DiskRoom.Level level = room.level();
        int work = settle(nowNs) + poll(newest, nowNs) + end(level, nowNs) + start(level, nowNs) + lease.renew(open, places, level, nowNs);
        open.sayRunning(nowNs);
        places.roundDone();
        if (work > 0) {
            open.advance(new Positions(entry, newFramesFrom(newest)));
        }
        return work;
    }

    /** Position from which on there are frames of queries that are read from now on. */
    private long newFramesFrom(long newest) {
        return entry < recovery.end() ? recovery.start().response() : newest;
    }

    private int settle(long nowNs) {
        int work = 0;
        for (StreamId stream = responses.pollEnded(); stream != null; stream = responses.pollEnded()) {
            open.remove(stream);
            work++;
        }
        return work + places.settle(nowNs);
    }

    private int poll(long newest, long nowNs) {
        long response = newFramesFrom(newest);
        Consumer<Request> handler = request -> onRequest(request, response, nowNs);
        return hasCaughtUp ? requests.poll(handler, ENTRIES_A_ROUND) : catchUp(handler);
    }

    private int catchUp(Consumer<Request> handler) {
        int read = requests.read(handler, ENTRIES_A_ROUND);
        if (read == 0 || requests.position() >= recovery.end()) {
            hasCaughtUp = true;
            recovery.takeLost().forEach((stream, recovered) -> open.add(places.takeUp(Query.unknown(stream, 0), Journal.START, recovered)));
        }
        return Math.max(1, read);
    }

    private void onRequest(Request request, long response, long nowNs) {
        if (requests.position() != entry) {
            entryBefore = entry;
            entry = requests.position();
        }
        switch (request) {
            case Query query -> accept(query, new Positions(entryBefore, response));
            case Cancel cancel -> cancel(cancel, new Positions(entryBefore, response), nowNs);
            case Watched _ -> {
                // For streamers.
            }
            case Credit credit -> {
                Answer answer = open.find(credit.stream());
                if (answer != null) {
                    answer.credit(credit.offset());
                }
            }
        }
    }

    private void accept(Query query, Positions positions) {
        RecoveredAnswer recovered = recovery.take(query, entry);
        if (recovered == null || !recovered.hasEnded()) {
            open.hold(places.takeUp(query, entry, recovered), positions);
        }
    }

    /** Until the end is in the journal, a next run must find the cancel. */
    private void cancel(Cancel cancel, Positions positions, long nowNs) {
        Answer answer = open.find(cancel.stream());
        if (answer != null) {
            open.hold(answer, positions);
            places.cancel(answer, cancel.reason(), nowNs);
        }
    }

    /** Ends what runs, once, when the disk is all but full. */
    private int end(DiskRoom.Level level, long nowNs) {
        boolean isFull = level.compareTo(DiskRoom.Level.FULL) >= 0;
        if (isFull == wasFull) {
            return 0;
        }
        wasFull = isFull;
        if (isFull) {
            List<Answer> failed = open.failRunning(FULL);
            failed.forEach(answer -> places.stragglers().expect(answer, nowNs));
            LOG.warn("{} answers were ended: {}", failed.size(), FULL);
        }
        return 1;
    }

    /** Not before all is read that waits since an earlier run: else whoever asked first would have all the places. */
    private int start(DiskRoom.Level level, long nowNs) {
        return hasCaughtUp && level == DiskRoom.Level.AMPLE ? places.start(nowNs) : 0;
    }

    @Override
    public void onClose() {
        if (room.level() != DiskRoom.Level.NONE) {
            lease.giveUp(open, places);
        }
        requests.close();
    }
}
