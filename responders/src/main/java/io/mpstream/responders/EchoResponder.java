package io.mpstream.responders;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import io.mpstream.responder.ResumableResponder;
import java.util.Map;

/** Answers with the query itself, at once. */
public final class EchoResponder implements ResumableResponder {
    EchoResponder() {
    }

    @Override
    public void respond(Query query, Reply reply) {
        reply.write(query.text());
    }

    @Override
    public void resume(Query query, String textSoFar, Reply reply) {
        if (!query.text().startsWith(textSoFar)) {
            throw new IllegalStateException("the text so far is not the beginning of the query");
        }
        reply.write(query.text().substring(textSoFar.length()));
    }

    /** Names it {@code echo}. */
    public static final class Provider implements ResponderProvider {
        /** For the service loader. */
        public Provider() {
        }

        @Override
        public String name() {
            return "echo";
        }

        @Override
        public Responder create(Map<String, String> settings) {
            return new EchoResponder();
        }
    }
}
