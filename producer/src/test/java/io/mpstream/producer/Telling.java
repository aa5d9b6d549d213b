package io.mpstream.producer;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.ResumableResponder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;

/** One run's responder: it answers with the query, one unit of UTF-16 a permit, and needs one more to return; but {@link #AT_ONCE} needs none. It keeps what it was called for. */
final class Telling implements ResumableResponder {
    static final String AT_ONCE = "at once";

    /** First come, first served. */
    final Semaphore permits = new Semaphore(0, true);
    final List<String> responded = Collections.synchronizedList(new ArrayList<>());
    final List<String> resumed = Collections.synchronizedList(new ArrayList<>());

    /** One that may write so much. */
    static Telling upTo(int permits) {
        Telling telling = new Telling();
        telling.permits.release(permits);
        return telling;
    }

    static Telling all() {
        return upTo(1_000_000);
    }

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        responded.add(query.text());
        if (query.text().equals(AT_ONCE)) {
            reply.write(AT_ONCE);
            return;
        }
        tell(query, 0, reply);
    }

    @Override
    public void resume(Query query, String textSoFar, Reply reply) throws Exception {
        resumed.add(textSoFar);
        if (!query.text().startsWith(textSoFar)) {
            throw new IllegalStateException("never said " + textSoFar);
        }
        tell(query, textSoFar.length(), reply);
    }

    boolean hasBeenCalledFor(String text) {
        return responded.contains(text);
    }

    private void tell(Query query, int from, Reply reply) throws InterruptedException {
        for (int i = from; i < query.text().length(); i++) {
            permits.acquire();
            reply.write(query.text().substring(i, i + 1));
        }
        permits.acquire();
    }
}
