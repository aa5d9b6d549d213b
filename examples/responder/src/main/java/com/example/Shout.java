package com.example;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.ResumableResponder;
import java.util.Locale;

/** Answers with the query in capitals, a word at a time. The same query has the same answer, so it can go on with one that was cut short. */
public class Shout implements ResumableResponder {
    private static final long PAUSE_MS = 100;

    @Override
    public void respond(Query query, Reply reply) throws InterruptedException {
        resume(query, "", reply);
    }

    @Override
    public void resume(Query query, String textSoFar, Reply reply) throws InterruptedException {
        String rest = query.text().toUpperCase(Locale.ROOT).substring(textSoFar.length());
        for (String word : rest.split("(?<= )")) {
            reply.write(word);
            Thread.sleep(PAUSE_MS);
        }
    }
}
