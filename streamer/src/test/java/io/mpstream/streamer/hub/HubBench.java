package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.protocol.Running;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.settings.Settings;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.Room;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.PlainText;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.PumpLoop;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.text.TextLoader;
import io.mpstream.trace.Tracer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The hub, its streams and their sessions on memory journals, with threads and clock turned by hand. */
abstract class HubBench {
    static final DisconnectPolicy AFTER_30_S = new DisconnectPolicy(Duration.ofSeconds(30));
    static final Encoder PLAIN = new PlainText();

    final Journal<Request> requests;
    final Journal<Frame> responses;
    final Appender<Frame> producer;
    final Tailer<Request> requestReader;
    final AtomicLong nowNs;
    final Queue<Runnable> ioTasks = new ArrayDeque<>();
    /** What the I/O thread is to run later. */
    final Queue<Later> later = new PriorityQueue<>();
    final PumpLoop loop = new PumpLoop(new HandTurned());
    /** What the hub measures by. */
    Clock clock;
    RequestAppender appender;
    Hub hub;

    record Later(long atNs, Runnable task) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Long.compare(atNs, other.atNs);
        }
    }

    private final class HandTurned implements PumpLoop.IoThread {
        @Override
        public void execute(Runnable task) {
            ioTasks.add(task);
        }

        @Override
        public void executeAfter(Runnable task, long delayMs) {
            later.add(new Later(nowNs.get() + TimeUnit.MILLISECONDS.toNanos(delayMs), task));
        }
    }

    /** Whether another streamer has the journals too. */
    boolean isShared;
    /** Which of them this one is. */
    int number = 1;
    /** Of the journals' disk. */
    long roomBytes = Long.MAX_VALUE;

    HubBench() {
        requests = new MemoryJournal<>(RequestCodec::new);
        responses = new MemoryJournal<>(FrameCodec::new);
        producer = responses.appender();
        requestReader = requests.tailer();
        nowNs = new AtomicLong();
        clock = nowNs::get;
        use("--queries-max", "3");
    }

    /** Another streamer on the journals and the clock of this one, not started yet. */
    HubBench(HubBench first) {
        requests = first.requests;
        responses = first.responses;
        producer = first.producer;
        requestReader = first.requestReader;
        nowNs = first.nowNs;
        clock = first.clock;
    }

    /** A streamer that has just been started on the journals as they are. */
    void use(String... args) {
        // No producer gives leases here, unless a test does.
        List<String> all = new ArrayList<>(List.of(args));
        if (!all.contains("--producer-grace")) {
            all.addAll(List.of("--producer-grace", "9h"));
        }
        Settings settings = Settings.of(all.toArray(String[]::new));
        appender = new RequestAppender(requests.appender(), new Room(() -> roomBytes, settings.diskFloor(), clock));
        hub = new Hub(responses, appender, Limits.of(settings), AFTER_30_S, settings.feeds(), clock, delayNs -> { }, Tracer.NONE);
        hub.catchUp(requests, () -> isShared, number);
    }

    static Query query(String text) {
        return new Query(StreamId.mint(), text, "", Map.of(), System.currentTimeMillis());
    }

    static Query query(StreamId stream) {
        return new Query(stream, "q", "", Map.of(), System.currentTimeMillis());
    }

    static Query query(DisconnectPolicy policy) {
        return new Query(StreamId.mint(), "q", "", new QueryTerms(null, policy.cancelAfter(), null, null, null), Map.of(), System.currentTimeMillis());
    }

    Session ask(Query query, RecordingSink sink) {
        return hub.ask(query, FollowOptions.WHOLE, Grant.OPEN, PLAIN, sink, loop);
    }

    /** Asks, and forgets the request that this made. */
    StreamId ask(RecordingSink sink) {
        Query query = query("q");
        if (ask(query, sink) == null) {
            throw new AssertionError("not taken");
        }
        step();
        requests();
        return query.stream();
    }

    Session askSession(DisconnectPolicy policy) {
        Session session = ask(query(policy), new RecordingSink());
        step();
        requests();
        return session;
    }

    /** Follows a stream from an offset. */
    RecordingSink follow(StreamId stream, long offset) {
        return follow(stream, new FollowOptions(offset, FollowOptions.Mode.LIVE, 0, null));
    }

    RecordingSink follow(StreamId stream, FollowOptions options) {
        RecordingSink sink = new RecordingSink();
        hub.follow(hub.find(stream), options, Grant.OPEN, PLAIN, sink, loop);
        step();
        return sink;
    }

    void started(StreamId stream) {
        producer.append(new Started(stream, 1, Journal.START, 1));
    }

    /** Its answer has run for a minute, or another one. */
    void running(Query query, int offset) {
        producer.append(new Running(query, offset, 1));
    }

    void text(StreamId stream, int offset, String text) {
        text(stream, offset, text, 0);
    }

    void text(StreamId stream, int offset, String text, long atMs) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        producer.append(new Text().set(stream.high(), stream.low(), offset, utf8, 0, utf8.length, atMs));
    }

    void end(StreamId stream, int offset, Outcome outcome) {
        producer.append(new End(stream, offset, outcome, "", new byte[End.SHA256_LENGTH], 0, Notes.NONE));
    }

    /** Runs everything until nothing is left to do now. */
    void step() {
        producer.commit();
        int work;
        do {
            work = appender.doWork() + hub.doWork() + hub.loaders().all().stream().mapToInt(TextLoader::doWork).sum() + runIo();
        } while (work > 0);
    }

    int runIo() {
        int work = 0;
        while (!later.isEmpty() && later.peek().atNs <= nowNs.get()) {
            ioTasks.add(later.poll().task);
        }
        for (Runnable task = ioTasks.poll(); task != null; task = ioTasks.poll()) {
            task.run();
            work++;
        }
        return work;
    }

    /** Lets a head that waits for text wait no longer. */
    void linger() {
        step();
        nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        step();
    }

    /** Lets time pass, half a second at a time. */
    void pass(int seconds) {
        step();
        for (int i = 0; i < 2 * seconds; i++) {
            nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
            step();
        }
    }

    /** The requests that have been written since the last time. */
    List<Request> requests() {
        List<Request> read = new ArrayList<>();
        while (requestReader.poll(read::add, 64) > 0) {
            // Until the end.
        }
        return read;
    }
}
