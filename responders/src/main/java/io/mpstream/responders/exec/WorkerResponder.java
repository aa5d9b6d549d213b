package io.mpstream.responders.exec;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import io.mpstream.responders.exec.WorkerMessages.FromWorker;

/**
 * Hands queries to processes that stay, as lines of JSON, and takes the answers' pieces from them. So a model that is loaded once is served from
 * any language. A worker that ends fails its answers, unless workers have said that they can go on: then another one does, also after the
 * producer was killed.
 */
class WorkerResponder implements Responder, AutoCloseable {
    private static final long PATIENCE_MS = 5_000;
    /** A worker that ends each time without a character would be asked for ever. */
    private static final int DEATHS_MAX = 3;

    private final ExecSettings settings;
    private final Workers workers;

    private WorkerResponder(ExecSettings settings, Workers workers) {
        this.settings = settings;
        this.workers = workers;
    }

    /** Of workers that can go on with answers. */
    private static final class Resumable extends WorkerResponder implements ResumableResponder {
        Resumable(ExecSettings settings, Workers workers) {
            super(settings, workers);
        }

        @Override
        public void resume(Query query, String textSoFar, Reply reply) throws Exception {
            goOn(query, textSoFar, reply);
        }

        @Override
        public void respond(Query query, Reply reply) throws Exception {
            goOn(query, "", reply);
        }

        private void goOn(Query query, String textSoFar, Reply reply) throws Exception {
            StringBuilder said = new StringBuilder(textSoFar);
            for (int deaths = 0, length = -1; ; deaths = said.length() > length ? 0 : deaths + 1) {
                length = said.length();
                try {
                    answer(Ask.of(query, said.isEmpty() ? null : said.toString()), reply, said);
                    return;
                } catch (WorkerDiedException e) {
                    if (deaths == DEATHS_MAX) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Starts the workers. */
    static WorkerResponder start(ExecSettings settings) {
        Workers workers = Workers.start(settings);
        return workers.isResumable() ? new Resumable(settings, workers) : new WorkerResponder(settings, workers);
    }

    @Override
    public int concurrencyMax() {
        return settings.answersMax();
    }

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        answer(Ask.of(query, null), reply, null);
    }

    /**
     * Has one worker answer.
     *
     * @param said collects the text; null if nobody needs it
     */
    final void answer(Ask ask, Reply reply, StringBuilder said) throws Exception {
        Workers.Asked asked = workers.ask(ask);
        boolean hasEnded = false;
        try {
            while (!hasEnded) {
                FromWorker message = asked.answer().next();
                hasEnded = message.end() != null;
                if (hasEnded) {
                    end(message.end(), reply);
                } else {
                    reply.write(message.text());
                    if (said != null) {
                        said.append(message.text());
                    }
                }
            }
        } catch (WorkerDiedException e) {
            hasEnded = true;
            throw e;
        } finally {
            if (!hasEnded) {
                cancel(asked, ask.stream());
            }
        }
    }

    private static void end(WorkerMessages.End end, Reply reply) throws CommandFailedException {
        if (end.notes() != null) {
            end.notes().forEach(reply::note);
        }
        if (!end.isCompleted()) {
            throw new CommandFailedException(end.detail() == null ? "the worker said " + end.outcome() : end.detail());
        }
    }

    /** One that does not listen, and has nobody else to serve, is killed and started again: it would keep its place for an answer that nobody wants. */
    private void cancel(Workers.Asked asked, String stream) {
        asked.worker().cancel(stream);
        if (!asked.answer().abandon(PATIENCE_MS)) {
            workers.look(asked.worker());
        }
    }

    @Override
    public void close() {
        workers.close();
    }
}
