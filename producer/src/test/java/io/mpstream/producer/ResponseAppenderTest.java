package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResponseAppenderTest {
    @Test
    void positionIsKnownOnlyAfterWhatComesBeforeIt() {
        Bench bench = new Bench();
        ResponseAppender appender = new ResponseAppender(bench.responses.appender(), 1, new DiskRoom(bench.responses, Bench.DISK_FLOOR, bench.nowNs::get));
        Answer answer = new Answer(new Query(StreamId.random(), "q", "", Map.of(), 0), Place.START, appender, Long.MAX_VALUE);
        List<Long> told = new ArrayList<>();
        appender.connect(() -> { }, ended -> told.addAll(List.of(appender.position(), ended.committed())));
        answer.write("four");
        assertEquals(-1, answer.committed());
        appender.doWork();
        assertEquals(4, answer.committed());
        long before = appender.position();
        answer.cancel("enough");
        appender.doWork();
        assertEquals(List.of(before, 4L), told);
        assertTrue(appender.position() > before);
    }
}
