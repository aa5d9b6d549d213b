package io.mpstream.producer;

import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Tailer;
import io.mpstream.producer.loading.Responders;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.responder.Responder;
import io.mpstream.trace.Tracer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A producer's parts on memory journals, with its agents and its clock turned by hand. Not closed: it holds nothing. */
final class Bench {
    static final long AHEAD_BYTES = 100_000;

    static final long DISK_FLOOR = 8 << 20;

    final BoundedJournal<Request> requests = new BoundedJournal<>(RequestCodec::new);
    final BoundedJournal<Frame> responses = new BoundedJournal<>(FrameCodec::new);
    final AtomicLong nowNs = new AtomicLong(1_000_000_000_000L);
    private final Appender<Request> asker = requests.appender();
    private final Tailer<Frame> reader = responses.tailer();
    private final Map<StreamId, ByteArrayOutputStream> texts = new HashMap<>();

    /** All frames so far; a text as what it said and where. */
    final List<Object> frames = new ArrayList<>();
    /** The wakes that the dispatcher has asked for. */
    final List<Long> wokenAfterNs = new ArrayList<>();
    final Carriers carriers = new Carriers(() -> { });
    Dispatcher dispatcher;
    DiskRoom room;
    private ResponseAppender appender;
    private Replay replay;

    /** What a text frame was, kept beyond the frame. */
    record Piece(StreamId stream, long offset, String text) {
    }

    /** The same with one responder. */
    Bench run(Responder responder, int concurrency, Positions start) {
        return run(new Responders(new LinkedHashMap<>(Map.of("default", responder))), concurrency, start);
    }

    /** A new run of the producer on the journals as they are, and the checkpoint of the one before it. */
    Bench run(Responders responders, int concurrency, Positions start) {
        return run(responders, concurrency, start, start.request());
    }

    /** The same, where queries up to {@code settled} were done with before. */
    Bench run(Responder responder, int concurrency, Positions start, long settled) {
        return run(new Responders(new LinkedHashMap<>(Map.of("default", responder))), concurrency, start, settled);
    }

    private Bench run(Responders responders, int concurrency, Positions start, long settled) {
        Tailer<Frame> past = responses.tailer();
        boolean isWhole = past.seek(start.response());
        Tailer<Request> tailer = requests.tailer();
        if (tailer.seek(start.request()) && start.request() != Journal.START) {
            tailer.poll(done -> { }, 1);
        }
        room = new DiskRoom(responses, DISK_FLOOR, nowNs::get, () -> { });
        appender = new ResponseAppender(responses.appender(), 1, room, () -> { }, () -> { });
        replay = new Replay(responses, () -> { });
        Recovery recovery = Recovery.read(past, start, settled, isWhole, requests.end());
        Places places = new Places(responders, appender, replay, concurrency, AHEAD_BYTES, () -> { }, Tracer.NONE);
        ServingLease lease = new ServingLease(appender, carriers, 1, wokenAfterNs::add, nowNs.get());
        dispatcher = new Dispatcher(tailer, appender, recovery, places, lease, room, nowNs::get);
        return this;
    }

    Bench run(Responder responder, int concurrency) {
        return run(responder, concurrency, Positions.START);
    }

    /** Those of a checkpoint. */
    Positions positions() {
        return dispatcher.checkpoint();
    }

    /** The answers that a next run would find to run: bytes of text by stream. */
    Map<StreamId, Long> running() {
        Map<StreamId, Long> running = new HashMap<>();
        try (Tailer<Frame> past = responses.tailer()) {
            past.seek(positions().response());
            Recovery.read(past, positions(), positions().request(), true, requests.end()).takeRunning()
                    .forEach(each -> running.put(each.query().stream(), each.offset()));
        }
        return running;
    }

    StreamId ask(String text) {
        return ask(text, "");
    }

    StreamId ask(String text, String user) {
        StreamId stream = StreamId.mint();
        send(new Query(stream, text, user, Map.of(), 0));
        return stream;
    }

    void send(Request request) {
        sendTogether(request);
    }

    /** In one entry. */
    void sendTogether(Request... together) {
        for (Request request : together) {
            asker.append(request);
        }
        asker.commit();
    }

    /** One round of each agent. */
    void step() {
        dispatcher.doWork();
        replay.doWork();
        stepAppender();
    }

    /** One round of what is left when the dispatcher has closed. */
    void stepAppender() {
        appender.doWork();
        reader.poll(this::keep, Integer.MAX_VALUE);
    }

    /** Steps until the stream has its end. */
    End end(StreamId stream) {
        return Awaitility.await().pollDelay(java.time.Duration.ZERO).pollInterval(java.time.Duration.ofMillis(1)).until(() -> {
            step();
            return ends(stream).isEmpty() ? null : ends(stream).getFirst();
        }, end -> end != null);
    }

    /** Steps until the condition holds. */
    void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().pollDelay(java.time.Duration.ZERO).pollInterval(java.time.Duration.ofMillis(1)).until(() -> {
            step();
            return condition.call();
        });
    }

    List<End> ends(StreamId stream) {
        return frames.stream().filter(frame -> frame instanceof End end && end.stream().equals(stream)).map(End.class::cast).toList();
    }

    boolean hasStarted(StreamId stream) {
        return frames.stream().anyMatch(frame -> frame instanceof Started started && started.stream().equals(stream));
    }

    /** The stream's text so far. */
    String text(StreamId stream) {
        return texts.containsKey(stream) ? texts.get(stream).toString(StandardCharsets.UTF_8) : "";
    }

    /** Bytes of all texts. */
    long texts() {
        return texts.values().stream().mapToLong(ByteArrayOutputStream::size).sum();
    }

    long leases() {
        return frames.stream().filter(Lease.class::isInstance).count();
    }

    Lease lastLease() {
        return frames.stream().filter(Lease.class::isInstance).map(Lease.class::cast).toList().getLast();
    }

    private void keep(Frame frame) {
        if (frame instanceof Text text) {
            StreamId stream = new StreamId(text.streamHigh(), text.streamLow());
            ByteArrayOutputStream all = texts.computeIfAbsent(stream, id -> new ByteArrayOutputStream());
            if (all.size() != text.offset()) {
                throw new AssertionError("offset " + text.offset() + " after " + all.size() + " bytes");
            }
            all.write(text.utf8(), text.from(), text.length());
            frames.add(new Piece(stream, text.offset(), new String(text.utf8(), text.from(), text.length(), StandardCharsets.UTF_8)));
        } else {
            frames.add(frame);
        }
    }
}
