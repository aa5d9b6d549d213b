package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseAppenderTest {
    private final Bench bench = new Bench();
    private final List<Long> told = new ArrayList<>();
    private final FrameWriter writer = new FrameWriter(Query.unknown(StreamId.mint(), 0), 0, Long.MAX_VALUE, null, () -> { });
    private final ResponseAppender appender = new ResponseAppender(bench.responses.appender(), 1,
            new DiskRoom(bench.responses, Bench.DISK_FLOOR, bench.nowNs::get, () -> { }), () -> { }, this::tell);

    private void tell() {
        assertEquals(writer.stream(), appender.pollEnded());
        told.addAll(List.of(appender.position(), writer.committed()));
    }

    @Test
    void positionIsKnownOnlyAfterWhatComesBeforeIt() {
        Pen pen = new Pen(writer, appender);
        pen.write("four");
        assertEquals(-1, writer.committed());
        appender.doWork();
        assertEquals(4, writer.committed());
        long before = appender.position();
        pen.cancel(Outcome.CANCELLED, "enough", true);
        appender.doWork();
        assertEquals(List.of(before, 4L), told);
        assertTrue(appender.position() > before);
    }
}
