package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseAppenderTest {
    @Test
    void positionIsKnownOnlyAfterWhatComesBeforeIt() {
        Bench bench = new Bench();
        ResponseAppender appender = new ResponseAppender(bench.responses.appender(), 1, new DiskRoom(bench.responses, Bench.DISK_FLOOR, bench.nowNs::get));
        FrameSequence frames = new FrameSequence(StreamId.random(), Long.MAX_VALUE, null);
        Pen pen = new Pen(frames, appender);
        List<Long> told = new ArrayList<>();
        appender.connect(() -> { }, ended -> told.addAll(List.of(appender.position(), frames.committed())));
        pen.write("four");
        assertEquals(-1, frames.committed());
        appender.doWork();
        assertEquals(4, frames.committed());
        long before = appender.position();
        pen.cancel(Outcome.CANCELLED, "enough", true);
        appender.doWork();
        assertEquals(List.of(before, 4L), told);
        assertTrue(appender.position() > before);
    }
}
