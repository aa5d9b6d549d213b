package io.mpstream.producer;

import io.mpstream.journal.Journal;
import io.mpstream.journal.Retention;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Request;
import java.time.Duration;

/**
 * Writes the checkpoint and drops what the journals need not keep. When the disk is short of room it drops more than that, the oldest first:
 * all that a next run does not need, if it must. Confined to the housekeeping thread.
 */
final class JournalTrimmer {
    private static final long EVERY_MS = 5_000;
    /** The heap is filled sooner than a disk. */
    private static final long IN_MEMORY_EVERY_MS = 1_000;
    private static final long SHORT_EVERY_MS = 1_000;
    /** Rounds without a new answer after which old files are looked for all the same: age takes them too. */
    private static final int IDLE_ROUNDS_MAX = 12;
    /** Files are not much shorter than this. */
    private static final Duration AGE_MIN = Duration.ofMinutes(1);

    private final Journal<Request> requests;
    private final Journal<Frame> responses;
    private final Checkpoint checkpoint;
    private final Retention retention;
    private final Dispatcher dispatcher;
    private final DiskRoom room;
    /** Whether the journals outlive the process: what a next run needs must be left to it. */
    private final boolean isOnDisk;

    private int idleRounds;

    /** Nothing done yet. */
    JournalTrimmer(Journal<Request> requests, Journal<Frame> responses, Checkpoint checkpoint, Retention retention, Dispatcher dispatcher,
            DiskRoom room, boolean isOnDisk) {
        this.requests = requests;
        this.responses = responses;
        this.checkpoint = checkpoint;
        this.retention = retention;
        this.dispatcher = dispatcher;
        this.room = room;
        this.isOnDisk = isOnDisk;
    }

    /** Milliseconds until the next round. */
    long everyMs() {
        return room.isShort() ? SHORT_EVERY_MS : isOnDisk ? EVERY_MS : IN_MEMORY_EVERY_MS;
    }

    /** Does what there is to do. */
    void round() {
        room.look();
        Positions positions = isOnDisk ? dispatcher.checkpoint() : dispatcher.positions();
        // Without queries there are only leases and the text of answers that run for long: nothing that is pressing.
        if (!room.isShort() && positions.request() == checkpoint.saved().request() && ++idleRounds < IDLE_ROUNDS_MAX) {
            return;
        }
        idleRounds = 0;
        checkpoint.save(positions);
        trim(retention);
        makeRoom();
    }

    /** Both journals by the same age, which is halved until there is room or nothing may go any more. */
    private void makeRoom() {
        Duration age = retention.age();
        while (room.isShort() && !age.isZero()) {
            age = age.compareTo(AGE_MIN) < 0 ? Duration.ZERO : age.dividedBy(2);
            trim(new Retention(age, retention.bytes()));
            room.look();
        }
    }

    private void trim(Retention kept) {
        // By what is saved: a run that starts from there must find the rest.
        requests.trim(checkpoint.saved().request(), kept);
        responses.trim(checkpoint.saved().response(), kept);
    }
}
