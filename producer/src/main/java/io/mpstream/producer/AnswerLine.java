package io.mpstream.producer;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.TraceContext;
import org.slf4j.spi.LoggingEventBuilder;

/** A line of the log about one answer. */
final class AnswerLine {
    private AnswerLine() {
    }

    /** Names the stream, who asked, and the trace. */
    static LoggingEventBuilder of(LoggingEventBuilder line, Query query) {
        LoggingEventBuilder named = line.addKeyValue("stream", query.stream());
        if (!query.user().isEmpty()) {
            named = named.addKeyValue("user", query.user());
        }
        String trace = TraceContext.traceOf(query.attributes());
        return trace == null ? named : named.addKeyValue("traceId", trace);
    }
}
