package io.mpstream.responders;

import io.mpstream.protocol.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import java.util.Map;

/** Stands in for a language model: one segment after each interval, a given number of times. It greets a user that it knows by name. */
public final class FakeResponder implements Responder {
    private final int segments;
    private final long intervalMs;

    FakeResponder(int segments, long intervalMs) {
        this.segments = segments;
        this.intervalMs = intervalMs;
    }

    @Override
    public void respond(Query query, Reply reply) throws InterruptedException {
        for (int i = 0; i < segments; i++) {
            Thread.sleep(intervalMs);
            String greeting = i == 0 && !query.user().isEmpty() ? "Hello, " + query.user() + "! " : "";
            reply.write(greeting + query.text() + ": 我是新消息，我叫Message " + i + ". ");
        }
    }

    /** Names it {@code fake}. */
    public static final class Provider implements ResponderProvider {
        /** For the service loader. */
        public Provider() {
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public Responder create(Map<String, String> settings) {
            return new FakeResponder(Integer.parseInt(settings.get("max-gen-len")), Long.parseLong(settings.get("interval-ms")));
        }
    }
}
