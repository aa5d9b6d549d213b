package io.mpstream.producer;

import io.mpstream.protocol.Detail;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.responder.Responder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The call of a responder for one answer, on a virtual thread of its own. How it ends is how the answer ends. */
final class ResponderCall implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ResponderCall.class);

    private final Query query;
    private final Pen pen;
    private final Body body;
    private final Runnable onReturn;

    /** The method that is called. */
    interface Body {
        void run() throws Exception;
    }

    private ResponderCall(Query query, Pen pen, Body body, Runnable onReturn) {
        this.query = query;
        this.pen = pen;
        this.body = body;
        this.onReturn = onReturn;
    }

    /** The thread of such a call, not yet started; {@code onReturn} is called on it when the responder has returned. */
    static Thread thread(Query query, Pen pen, Responder responder, Body body, Runnable onReturn) {
        Thread virtual = Thread.ofVirtual().name("answer-" + query.stream()).unstarted(new ResponderCall(query, pen, body, onReturn));
        virtual.setContextClassLoader(responder.getClass().getClassLoader());
        return virtual;
    }

    @Override
    public void run() {
        Throwable thrown = null;
        try {
            // A cancel may have come before this thread could be interrupted.
            if (!pen.cancelled()) {
                body.run();
            }
            pen.complete();
        } catch (Throwable t) {
            thrown = t;
            pen.end(Outcome.FAILED, Detail.of(t));
        } finally {
            onReturn.run();
        }
        // Last: readers wait for the end, and others for the place, while a log may be slow.
        if (thrown != null && !pen.cancelled()) {
            log(thrown);
        }
    }

    private LoggingEventBuilder line() {
        return AnswerLine.of(LOG.atWarn(), query).addKeyValue("outcome", "failed");
    }

    private void log(Throwable thrown) {
        try {
            line().setCause(thrown).log("the responder failed on stream {}", query.stream());
        } catch (Throwable broken) {
            // A stranger's exception may throw when it is asked what it is, and there may be no memory left to say it.
            line().log("the responder failed on stream {}: {}", query.stream(), Detail.of(thrown));
        }
    }
}
