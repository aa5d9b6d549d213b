package io.mpstream.responders;

import io.mpstream.protocol.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import java.util.Map;

/** Answers with the query itself, at once. */
public final class EchoResponder implements Responder {
    EchoResponder() {
    }

    @Override
    public void respond(Query query, Reply reply) {
        reply.write(query.text());
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
