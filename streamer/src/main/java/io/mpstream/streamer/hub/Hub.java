package io.mpstream.streamer.hub;

import io.mpstream.agent.Agent;
import io.mpstream.agent.Clock;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.Text;
import io.mpstream.streamer.encoding.Encoder;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the response journal and hands frames to their streams, then wakes the sessions that follow those. It never
 * encodes, never writes to a socket and never runs a client's callback. Confined to its thread except where a method
 * says otherwise.
 */
public final class Hub implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    private static final int ENTRIES_A_ROUND = 64;
    private static final int RETRY_AFTER_S_MAX = 60;
    private static final int GAPS_AVERAGED = 8;
    /** An answer's credit is renewed this often while its window is read once. */
    private static final int CREDITS_A_WINDOW = 4;
    /** The text held for readers is counted each time this part of what is allowed has been added. */
    private static final int COUNTS_A_LIMIT = 16;
    private static final byte[] NO_DIGEST = new byte[End.SHA256_LENGTH];

    private final Tailer<Frame> frames;
    private final RequestAppender requests;
    private final Limits limits;
    private final DisconnectPolicy onDisconnect;
    private final Clock clock;
    private final StreamDirectory directory = new StreamDirectory();
    private final Consumer<Frame> onFrame = this::onFrame;

    /** Streams without an end. */
    private final AtomicInteger open = new AtomicInteger();
    private final Queue<LiveStream> left = new ConcurrentLinkedQueue<>();
    private final NavigableSet<Deadline> deadlines = new TreeSet<>();
    private volatile long leaseUntilNs;
    private volatile long endGapNs;
    private long lastEndNs;
    private long textSinceCount;
    private boolean isCatchingUp;
    private volatile Runnable wake = () -> { };
    private volatile LongConsumer wakeAfterNs = delayNs -> { };

    /**
     * A hub that reads from where the tailer stands.
     *
     * @param requests     takes queries, cancels and credits
     * @param onDisconnect for streams that did not say
     */
    public Hub(Tailer<Frame> frames, RequestAppender requests, Limits limits, DisconnectPolicy onDisconnect, Clock clock) {
        this.frames = frames;
        this.requests = requests;
        this.limits = limits;
        this.onDisconnect = onDisconnect;
        this.clock = clock;
        this.leaseUntilNs = clock.nanoTime();
        this.lastEndNs = clock.nanoTime();
    }

    /**
     * Who wakes the agent's thread.
     *
     * @param wake        at once: there is work
     * @param wakeAfterNs after so many nanoseconds: there will be
     */
    public void connect(Runnable wake, LongConsumer wakeAfterNs) {
        this.wake = wake;
        this.wakeAfterNs = wakeAfterNs;
    }

    /**
     * Asks a query and follows its stream from the start. The session follows before the request is appended, so it
     * misses nothing. Any thread.
     *
     * @return the session, or null if too many queries are waiting or running
     */
    public Session ask(Query query, DisconnectPolicy onDisconnect, Encoder encoder, ClientSink sink, PumpLoop loop) {
        if (open.incrementAndGet() > limits.queriesMax()) {
            open.decrementAndGet();
            return null;
        }
        LiveStream stream = new LiveStream(query.stream(), onDisconnect);
        Session session = new Session(this, stream, encoder, sink, loop);
        stream.join(session);
        directory.add(stream);
        requests.append(query, session);
        return session;
    }

    /**
     * Passes over what earlier runs have streamed, before the agent's thread starts. Answers of theirs that still run
     * have no readers now.
     */
    public void catchUp() {
        isCatchingUp = true;
        while (frames.poll(onFrame, ENTRIES_A_ROUND) > 0) {
            // Most answers have ended before the next are read: those that have not are few.
            left.removeIf(stream -> stream.end() != null);
        }
        isCatchingUp = false;
    }

    /** What happens to a stream without readers whose request does not say. Any thread. */
    public DisconnectPolicy onDisconnect() {
        return onDisconnect;
    }

    /** Whether a producer has shown a sign of life within its lease. Any thread. */
    public boolean isProducerPresent() {
        return clock.nanoTime() - leaseUntilNs < 0;
    }

    /** Seconds after which a place is likely to be free, from how often answers end: 1 to 60. Any thread. */
    public int retryAfterS() {
        return Math.clamp(TimeUnit.NANOSECONDS.toSeconds(endGapNs) + 1, 1, RETRY_AFTER_S_MAX);
    }

    /** A session has read this far. Any thread. */
    void credit(LiveStream stream, long offset) {
        if (stream.isWorthCrediting(offset, limits.aheadBytes() / CREDITS_A_WINDOW)) {
            requests.append(new Credit(stream.id(), offset));
        }
    }

    /** The stream's query did not get into the journal: it will never have an end. Any thread. */
    void forget(LiveStream stream) {
        if (directory.remove(stream)) {
            open.decrementAndGet();
        }
    }

    /** A session follows no more. Any thread. */
    void leave(LiveStream stream, Session session) {
        if (!stream.leave(session)) {
            return;
        }
        // The hub sets the end and then looks for sessions; here it is the other way round: one of the two sees both.
        if (stream.end() != null) {
            directory.remove(stream);
        } else {
            left.add(stream);
            wake.run();
        }
    }

    @Override
    public String role() {
        return "hub";
    }

    @Override
    public int doWork() {
        int work = frames.poll(onFrame, ENTRIES_A_ROUND) + schedule() + cancelUnread();
        if (textSinceCount > limits.memoryBytes() / COUNTS_A_LIMIT) {
            textSinceCount = 0;
            new SlowReaders(directory.all(), limits.memoryBytes()).cut();
        }
        return work;
    }

    private void onFrame(Frame frame) {
        switch (frame) {
            case Text text -> onText(text);
            case Started started -> {
                if (directory.find(started.stream()) == null) {
                    adopt(started);
                }
            }
            case End end -> {
                LiveStream stream = directory.find(end.stream());
                if (stream != null) {
                    end(stream, end.offset() == stream.watermark() ? end : broken(stream, end.atMs()));
                }
            }
            case Lease lease -> {
                long ageMs = Math.max(0, System.currentTimeMillis() - lease.atMs());
                leaseUntilNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lease.forMs() - ageMs);
            }
        }
    }

    /** An answer that nobody here has asked for: of an earlier run of the streamer. It has no readers. */
    private void adopt(Started started) {
        LiveStream stream = new LiveStream(started.stream(), onDisconnect);
        open.incrementAndGet();
        directory.add(stream);
        left.add(stream);
    }

    private void onText(Text text) {
        LiveStream stream = directory.find(text.streamHigh(), text.streamLow());
        if (stream == null || stream.end() != null) {
            return;
        }
        if (!stream.append(text.offset(), text.utf8(), text.from(), text.length())) {
            end(stream, broken(stream, text.atMs()));
            return;
        }
        textSinceCount += text.length();
        wakeAll(stream);
        if (!isCatchingUp) {
            cancelIfStuck(stream);
        }
    }

    /** An answer without readers that is as far ahead as it may be waits for one that may never come. */
    private void cancelIfStuck(LiveStream stream) {
        if (stream.sessions().length == 0 && stream.watermark() - stream.credited() >= limits.aheadBytes()) {
            cancel(stream, "nobody was reading, and it was as far ahead as it may be");
        }
    }

    private void cancel(LiveStream stream, String reason) {
        if (stream.askCancel()) {
            requests.append(new Cancel(stream.id(), reason));
        }
    }

    /** The journal has lost text of this stream: better a broken transfer than a text with a hole. */
    private static End broken(LiveStream stream, long atMs) {
        LOG.error("text of stream {} is missing after offset {}", stream.id(), stream.watermark());
        return new End(stream.id(), stream.watermark(), Outcome.FAILED, "text was lost", NO_DIGEST, atMs);
    }

    private void end(LiveStream stream, End end) {
        if (stream.end() != null) {
            return;
        }
        stream.end(end);
        open.decrementAndGet();
        drop(stream.deadline());
        measureGap();
        wakeAll(stream);
        if (stream.sessions().length == 0) {
            directory.remove(stream);
        }
    }

    private void measureGap() {
        long nowNs = clock.nanoTime();
        long gapNs = Math.min(nowNs - lastEndNs, TimeUnit.SECONDS.toNanos(RETRY_AFTER_S_MAX));
        endGapNs += (gapNs - endGapNs) / GAPS_AVERAGED;
        lastEndNs = nowNs;
    }

    private static void wakeAll(LiveStream stream) {
        for (Session session : stream.sessions()) {
            session.wake();
        }
    }

    private int schedule() {
        int work = 0;
        for (LiveStream stream = left.poll(); stream != null; stream = left.poll()) {
            work++;
            if (stream.end() == null) {
                cancelIfStuck(stream);
                setDeadline(stream);
            }
        }
        return work;
    }

    private void setDeadline(LiveStream stream) {
        if (stream.onDisconnect().goesOn()) {
            return;
        }
        drop(stream.deadline());
        Deadline deadline = new Deadline(clock.nanoTime() + stream.onDisconnect().cancelAfter().toNanos(), stream.id());
        stream.deadline(deadline);
        deadlines.add(deadline);
        if (deadlines.first() == deadline) {
            wakeForFirst();
        }
    }

    private void drop(Deadline deadline) {
        if (deadline != null) {
            deadlines.remove(deadline);
        }
    }

    private void wakeForFirst() {
        wakeAfterNs.accept(Math.max(0, deadlines.first().atNs() - clock.nanoTime()));
    }

    private int cancelUnread() {
        int work = 0;
        while (!deadlines.isEmpty() && clock.nanoTime() - deadlines.first().atNs() >= 0) {
            LiveStream stream = directory.find(deadlines.pollFirst().stream());
            if (stream != null && stream.sessions().length == 0) {
                cancel(stream, "nobody was reading");
            }
            work++;
        }
        if (work > 0 && !deadlines.isEmpty()) {
            wakeForFirst();
        }
        return work;
    }

    @Override
    public void onClose() {
        frames.close();
    }
}
