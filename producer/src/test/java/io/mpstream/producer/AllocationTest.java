package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mpstream.agent.Clock;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.journal.chronicle.ChronicleJournal;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a responder's write to the journal's file, a token makes no garbage. */
class AllocationTest {
    private static final ThreadMXBean ALLOCATION = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 20_000;
    private static final int TOKENS = 10_000;
    /** What happens once, as a class that is loaded late, may fall into some windows; what happens for each token is in all. */
    private static final int WINDOWS = 5;
    private static final long BYTES_MAX = TOKENS / 10;

    @TempDir
    Path folder;

    @Test
    void writeAndAppendAllocateNothingInSteadyState() {
        try (Journal<Frame> journal = ChronicleJournal.open(folder, 16 << 20, FrameCodec::new)) {
            ResponseAppender appender = new ResponseAppender(journal.appender(), 1,
                    new DiskRoom(new MemoryJournal<>(FrameCodec::new), 0, Clock.SYSTEM, () -> { }), () -> { }, () -> { });
            Pen pen = new Pen(new FrameWriter(Query.unknown(StreamId.mint(), 0), 0, Long.MAX_VALUE, null, () -> { }), appender);
            run(WARM_UP, pen, appender);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < WINDOWS; i++) {
                long before = ALLOCATION.getCurrentThreadAllocatedBytes();
                run(TOKENS, pen, appender);
                least = Math.min(least, ALLOCATION.getCurrentThreadAllocatedBytes() - before);
            }
            assertTrue(least < BYTES_MAX, least + " bytes for " + TOKENS + " tokens");
            appender.onClose();
        }
    }

    private static void run(int tokens, Pen pen, ResponseAppender appender) {
        for (int i = 0; i < tokens; i++) {
            pen.write("token中");
            appender.doWork();
        }
    }
}
