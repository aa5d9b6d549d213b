package io.mpstream.producer;

import io.mpstream.agent.Agent;
import io.mpstream.journal.Appender;
import io.mpstream.measure.Counter;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one hand that writes the response journal: of its own thread, or of the dispatcher's where that finds it free. Answers with something to take queue here, as their frame writers, each at most once;
 * all that a round finds becomes one entry, so batches form by themselves under load and nothing lingers without. While the disk has no
 * room all of it waits.
 */
final class ResponseAppender implements Agent {
    /** Bytes of an answer's frames beside its text, generously. */
    private static final int FRAMES_BYTES = 256;

    private final Appender<Frame> frames;
    private final long producer;
    private final DiskRoom room;
    /** Whoever holds it writes. */
    private final ReentrantLock hand = new ReentrantLock();
    private final Text view = new Text();
    private final byte[] scratch = new byte[Utf8Buffer.BYTES_MAX];

    /** A stack of answers, linked through themselves so that queueing allocates nothing. */
    private final AtomicReference<FrameWriter> dirty = new AtomicReference<>();
    private final Queue<Frame> others = new ConcurrentLinkedQueue<>();
    private final Queue<StreamId> ended = new ConcurrentLinkedQueue<>();
    private final Runnable wake;
    private final Runnable onEnd;
    private volatile long position;
    private final Counter entries = new Counter();
    /** The answers whose frames this round has appended. */
    private final List<FrameWriter> taken = new ArrayList<>();

    /**
     * The agent of this journal's appender.
     *
     * @param producer which run of the producer this is
     * @param wake     wakes the agent's thread: there is work
     * @param onEnd    called on the agent's thread when another stream has ended
     */
    ResponseAppender(Appender<Frame> frames, long producer, DiskRoom room, Runnable wake, Runnable onEnd) {
        this.frames = frames;
        this.producer = producer;
        this.room = room;
        this.wake = wake;
        this.onEnd = onEnd;
        this.position = frames.commit();
    }

    /** The answer has something to append. Any thread; once until it has been taken. */
    void take(FrameWriter writer) {
        push(writer);
        wake.run();
    }

    /** Takes all that there is, unless another thread is at it: then the appender's own does it. Any thread. */
    void takeAll() {
        if (hand.tryLock()) {
            try {
                appendAll();
            } finally {
                hand.unlock();
            }
        }
        if (hasWork()) {
            wake.run();
        }
    }

    private boolean hasWork() {
        return !others.isEmpty() || dirty.get() != null;
    }

    /** The same as {@link #take}, for whoever is about to call {@link #takeAll}. */
    void push(FrameWriter writer) {
        FrameWriter head;
        do {
            head = dirty.get();
            writer.next = head;
        } while (!dirty.compareAndSet(head, writer));
    }

    /** Appends a frame that is not an answer's own. Any thread. */
    void append(Frame frame) {
        others.add(frame);
        wake.run();
    }

    /** Entries that were appended. Any thread. */
    long entries() {
        return entries.count();
    }

    /**
     * Position of the newest entry: all that is appended from now on comes after it. Of the frames up to it all is known
     * to whoever has read it: to each answer what was committed of it, and {@link #pollEnded} has the ends. Any thread.
     */
    long position() {
        return position;
    }

    /** The next stream whose end is in the journal, once; null if there is none. Any thread. */
    StreamId pollEnded() {
        return ended.poll();
    }

    @Override
    public String role() {
        return "response-appender";
    }

    @Override
    public int doWork() {
        if (!hasWork()) {
            return 0;
        }
        hand.lock();
        try {
            return appendAll();
        } finally {
            hand.unlock();
        }
    }

    private int appendAll() {
        int work = appendOthers() + appendAnswers();
        if (work > 0) {
            long newest = frames.commit();
            entries.add(1);
            tellAnswers();
            // Last: it vouches for what was told.
            position = newest;
        }
        return work;
    }

    private int appendOthers() {
        int work = 0;
        while (!others.isEmpty() && room.admits()) {
            frames.append(others.poll());
            room.appended(FRAMES_BYTES);
            work++;
        }
        return work;
    }

    private int appendAnswers() {
        int work = 0;
        FrameWriter writer = dirty.getAndSet(null);
        while (writer != null && room.admits()) {
            // Read first: once its bytes are taken the answer may queue again.
            FrameWriter next = writer.next;
            writer.next = null;
            room.appended(FRAMES_BYTES + writer.appendTo(frames, view, scratch, producer));
            taken.add(writer);
            writer = next;
            work++;
        }
        putBack(writer);
        return work;
    }

    /** The answers of this list wait on. */
    private void putBack(FrameWriter first) {
        FrameWriter writer = first;
        while (writer != null) {
            FrameWriter next = writer.next;
            push(writer);
            writer = next;
        }
    }

    private void tellAnswers() {
        // An iterator would be an object a round.
        for (int i = 0; i < taken.size(); i++) {
            FrameWriter writer = taken.get(i);
            if (writer.onCommit(position)) {
                ended.add(writer.stream());
                onEnd.run();
            }
        }
        taken.clear();
    }

    @Override
    public void onClose() {
        doWork();
        frames.close();
    }
}
