package io.mpstream.responders;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import io.mpstream.responder.ResumableResponder;
import java.util.Map;

/**
 * Stands in for a language model: one segment after each interval, a given number of times. It greets a user that it knows by name. The
 * same query has the same text, so it can go on with one that was cut short.
 */
public final class FakeResponder implements ResumableResponder {
    private final int segments;
    private final long intervalMs;

    FakeResponder(int segments, long intervalMs) {
        this.segments = segments;
        this.intervalMs = intervalMs;
    }

    @Override
    public void respond(Query query, Reply reply) throws InterruptedException {
        resume(query, "", reply);
    }

    @Override
    public void resume(Query query, String textSoFar, Reply reply) throws InterruptedException {
        String said = textSoFar;
        for (int i = 0; i < segments; i++) {
            String segment = segment(query, i);
            if (said.startsWith(segment)) {
                said = said.substring(segment.length());
                continue;
            }
            requireOwn(segment.startsWith(said));
            Thread.sleep(intervalMs);
            reply.write(segment.substring(said.length()));
            said = "";
        }
        requireOwn(said.isEmpty());
    }

    private static String segment(Query query, int i) {
        String greeting = i == 0 && !query.user().isEmpty() ? "Hello, " + query.user() + "! " : "";
        return greeting + query.text() + ": 我是新消息，我叫Message " + i + ". ";
    }

    private static void requireOwn(boolean isOwn) {
        if (!isOwn) {
            throw new IllegalStateException("the text so far is not the beginning of this answer");
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
