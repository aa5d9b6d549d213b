package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mpstream.agent.Clock;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.journal.chronicle.ChronicleJournal;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.settings.Settings;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.Room;
import io.mpstream.streamer.encoding.CharacterChunks;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.ClientSink;
import io.mpstream.streamer.session.PumpLoop;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.text.Block;
import io.mpstream.trace.Tracer;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the journal's file to the bytes for the socket, a token makes no garbage beyond its text itself. */
class AllocationTest {
    private static final ThreadMXBean ALLOCATION = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final byte[] TOKEN = "token中".getBytes(StandardCharsets.UTF_8);
    private static final int WARM_UP = 20_000;
    private static final int TOKENS = 10_000;
    /** What happens once, as a class that is loaded late, may fall into some windows; what happens for each token is in all. */
    private static final int WINDOWS = 5;
    /** The text is kept in blocks, so its own bytes and at most one block more are all that may be allocated. */
    private static final long BYTES_MAX = (long) TOKENS * TOKEN.length + Block.BYTES_MAX + TOKENS / 10;

    @TempDir
    Path folder;

    private long offset;

    @Test
    void pollEncodeAndPumpAllocateNothingButTheText() {
        try (Journal<Frame> journal = ChronicleJournal.open(folder, 16 << 20, FrameCodec::new);
                Appender<Frame> producer = journal.appender()) {
            Settings settings = Settings.of("--ahead-bytes", "1GiB");
            RequestAppender requests = new RequestAppender(new MemoryJournal<>(RequestCodec::new).appender(), new Room(() -> Long.MAX_VALUE, 0, Clock.SYSTEM));
            Hub hub = new Hub(journal, requests, Limits.of(settings), new DisconnectPolicy(Duration.ZERO), Map.of(), Clock.SYSTEM, delayNs -> { }, Tracer.NONE);
            Queue<Runnable> ioTasks = new ArrayDeque<>();
            CountingSink sink = new CountingSink();
            Query query = new Query(StreamId.mint(), "q", "", Map.of(), 0);
            hub.ask(query, FollowOptions.WHOLE, Grant.OPEN, new CharacterChunks(), sink, new PumpLoop(new Tasks(ioTasks)));
            requests.doWork();

            run(WARM_UP, query.stream(), producer, hub, ioTasks);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < WINDOWS; i++) {
                long before = ALLOCATION.getCurrentThreadAllocatedBytes();
                run(TOKENS, query.stream(), producer, hub, ioTasks);
                least = Math.min(least, ALLOCATION.getCurrentThreadAllocatedBytes() - before);
            }
            assertTrue(least < BYTES_MAX, least + " bytes for " + TOKENS + " tokens of " + TOKEN.length);
            // Five chunks of six bytes and one of eight.
            assertEquals((WARM_UP + WINDOWS * TOKENS) * 38L, sink.bytes);
            hub.onClose();
        }
    }

    private void run(int tokens, StreamId stream, Appender<Frame> producer, Hub hub, Queue<Runnable> ioTasks) {
        Text text = new Text();
        for (int i = 0; i < tokens; i++) {
            producer.append(text.set(stream.high(), stream.low(), offset, TOKEN, 0, TOKEN.length, 0));
            producer.commit();
            offset += TOKEN.length;
            hub.doWork();
            for (Runnable task = ioTasks.poll(); task != null; task = ioTasks.poll()) {
                task.run();
            }
        }
    }

    private static final class CountingSink implements ClientSink {
        private long bytes;

        @Override
        public boolean flush() {
            return true;
        }

        @Override
        public boolean write(ByteBuffer out, boolean isLast) {
            bytes += out.remaining();
            out.position(out.limit());
            return true;
        }

        @Override
        public void finish() {
            throw new AssertionError("no end was written");
        }

        @Override
        public void abort() {
            throw new AssertionError("nothing broke");
        }

        @Override
        public void open(StreamStatus status, long until) {
            // Said once.
        }

        @Override
        public void refuse(RefusedException why) {
            throw new AssertionError("nothing was refused");
        }

        @Override
        public void nothing(StreamStatus status, long offset) {
            throw new AssertionError("nothing was polled");
        }
    }

    /** The thread of this test as an I/O thread; what is to run later is left out. */
    private record Tasks(Queue<Runnable> tasks) implements PumpLoop.IoThread {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void executeAfter(Runnable task, long delayMs) {
            // No heartbeats here.
        }
    }
}
