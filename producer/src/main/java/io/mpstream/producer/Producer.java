package io.mpstream.producer;

import io.mpstream.agent.AgentRunner;
import io.mpstream.agent.Clock;
import io.mpstream.agent.Parking;
import io.mpstream.config.Program;
import io.mpstream.config.Settings;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Retention;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Request;
import io.mpstream.responder.Responder;
import java.nio.file.Path;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads queries from the request journal, has the responder answer them, and writes the answers to the response
 * journal. What an earlier run left unanswered it runs; what that had begun it ends as failed.
 */
public final class Producer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Producer.class);
    private static final long HOUSEKEEPING_MS = 5_000;
    /** The heap is filled sooner than a disk. */
    private static final long HOUSEKEEPING_IN_MEMORY_MS = 1_000;
    /** Rounds without a new answer after which old files are looked for all the same: age takes them too. */
    private static final int IDLE_ROUNDS_MAX = 12;
    private static final long STOP_S = 2;
    /** A journal in memory keeps one such part of the heap at most. */
    private static final int HEAP_PARTS = 8;

    private final Journal<Request> requests;
    private final Journal<Frame> responses;
    private final Retention retention;
    private final Checkpoint checkpoint;
    private final Dispatcher dispatcher;
    private final AgentRunner appenderRunner;
    private final AgentRunner dispatcherRunner;
    private final ScheduledThreadPoolExecutor housekeeping;
    /** Confined to the housekeeping thread. */
    private int idleRounds;

    private Producer(Journal<Request> requests, Journal<Frame> responses, Path checkpointFile, Retention retention,
            Responder responder, Settings settings) {
        this.requests = requests;
        this.responses = responses;
        this.retention = retention;
        this.checkpoint = new Checkpoint(checkpointFile);
        Progress last = checkpoint.load();
        Recovery recovery = recover(last);
        Place start = last.place();
        Tailer<Request> tailer = after(start.request());

        long producer = System.currentTimeMillis();
        ResponseAppender appender = new ResponseAppender(responses.appender(), producer);
        dispatcher = new Dispatcher(tailer, appender, responder, recovery, start, requests.end(), settings.concurrency(),
                settings.aheadBytes(), Clock.SYSTEM, producer);
        appenderRunner = new AgentRunner(appender, new Parking(), t -> Program.die("the response appender", t));
        dispatcherRunner = new AgentRunner(dispatcher, requests.rest(), t -> Program.die("the dispatcher", t));
        appender.connect(appenderRunner::wake, dispatcher::onEnd);
        housekeeping = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("housekeeping").daemon().factory());
        // A wake that is still to come need not be waited for.
        housekeeping.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        dispatcher.connect(dispatcherRunner::wake, delayNs -> housekeeping.schedule(dispatcherRunner::wake, delayNs, TimeUnit.NANOSECONDS));
        appenderRunner.launch();
        dispatcherRunner.launch();
        long everyMs = checkpointFile == null ? HOUSEKEEPING_IN_MEMORY_MS : HOUSEKEEPING_MS;
        housekeeping.scheduleWithFixedDelay(this::keepHouse, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts a producer on two journals, which stay open when it is closed.
     *
     * @param checkpointFile where it remembers how far back a next run must read
     * @param responder      answers the queries
     */
    public static Producer launch(Journal<Request> requests, Journal<Frame> responses, Path checkpointFile,
            Responder responder, Settings settings) {
        Retention retention = new Retention(settings.retain(), settings.retainBytes());
        return new Producer(requests, responses, checkpointFile, retention, responder, settings);
    }

    /** The same on journals that do not outlive this process. */
    public static Producer launchInMemory(Journal<Request> requests, Journal<Frame> responses, Responder responder,
            Settings settings) {
        long bytes = Math.min(settings.retainBytes(), Runtime.getRuntime().maxMemory() / HEAP_PARTS);
        return new Producer(requests, responses, null, new Retention(settings.retain(), bytes), responder, settings);
    }

    private Recovery recover(Progress last) {
        try (Tailer<Frame> tailer = responses.tailer()) {
            boolean isWhole = tailer.seek(last.place().response()) && !checkpoint.isLost();
            return Recovery.read(tailer, last.carried(), isWhole);
        }
    }

    /** A tailer that stands after this entry, or before the oldest if that is gone. */
    private Tailer<Request> after(long position) {
        Tailer<Request> tailer = requests.tailer();
        if (tailer.seek(position) && position != Journal.START) {
            tailer.poll(done -> { }, 1);
        }
        return tailer;
    }

    private void keepHouse() {
        try {
            Progress progress = dispatcher.progress();
            // Without queries there are only leases and the text of carried answers: nothing that is pressing.
            if (progress.place().request() == checkpoint.saved().request() && ++idleRounds < IDLE_ROUNDS_MAX) {
                return;
            }
            idleRounds = 0;
            checkpoint.save(progress);
            // By what is saved: a run that starts from there must find the rest.
            requests.trim(checkpoint.saved().request(), retention);
            responses.trim(checkpoint.saved().response(), retention);
        } catch (RuntimeException e) {
            LOG.warn("old journal files could not be dropped; tried again in a few seconds", e);
        }
    }

    /**
     * Stops taking queries. Answers that are running are left as they are: a next run ends them, as it would had this
     * process been killed.
     */
    @Override
    public void close() {
        dispatcherRunner.close();
        appenderRunner.close();
        housekeeping.shutdown();
        try {
            if (!housekeeping.awaitTermination(STOP_S, TimeUnit.SECONDS)) {
                LOG.warn("old journal files are still being dropped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        checkpoint.save(dispatcher.progress());
    }
}
