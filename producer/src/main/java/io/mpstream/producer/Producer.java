package io.mpstream.producer;

import io.mpstream.agent.Agent;
import io.mpstream.agent.AgentRunner;
import io.mpstream.agent.Clock;
import io.mpstream.agent.Parking;
import io.mpstream.agent.Rest;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Retention;
import io.mpstream.journal.Tailer;
import io.mpstream.metrics.MetricsPort;
import io.mpstream.process.ProcessLife;
import io.mpstream.producer.loading.Responders;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Request;
import io.mpstream.settings.Settings;
import io.mpstream.trace.Tracer;
import io.mpstream.trace.TracerProvider;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads queries from the request journal, has responders answer them, and writes the answers to the response
 * journal. What an earlier run left unanswered it runs; what that had begun it goes on with, if the responder can, or ends as failed.
 */
public final class Producer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Producer.class);
    private static final long STOP_S = 2;
    /** A journal in memory keeps one such part of the heap at most. */
    private static final int HEAP_PARTS = 8;

    private final Tracer tracer = TracerProvider.of("producer");
    private final Journal<Request> requests;
    private final Journal<Frame> responses;
    private final Checkpoint checkpoint;
    private final Dispatcher dispatcher;
    private final Places places;
    private final ResponseAppender appender;
    /** In the order in which they are closed. */
    private final List<AgentRunner> runners = new ArrayList<>();
    private final Carriers carriers;
    private final JournalTrimmer trimmer;
    private final ScheduledThreadPoolExecutor housekeeper = housekeeper();
    /** Confined to the housekeeping thread. */
    private Future<?> nextRound;

    private Producer(Journal<Request> requests, Journal<Frame> responses, Path checkpointFile, Retention retention,
            Responders responders, Settings settings) {
        this.requests = requests;
        this.responses = responses;
        checkpoint = new Checkpoint(checkpointFile);
        long producer = randomRun();
        // Before it is read what earlier runs have written: from now on they write no more.
        Appender<Frame> frames = responses.appender(producer);
        Recovery recovery = recover(checkpoint.load());
        Tailer<Request> tailer = after(recovery.start().request());

        Rest dispatcherRest = requests.rest();
        Rest appenderRest = new Parking();
        Rest replayRest = new Parking();
        DiskRoom room = new DiskRoom(responses, settings.diskFloor(), Clock.SYSTEM, () -> {
            appenderRest.wake();
            dispatcherRest.wake();
            housekeeper.execute(this::keepHouse);
        });
        appender = new ResponseAppender(frames, producer, room, appenderRest::wake, dispatcherRest::wake);
        Replay replay = new Replay(responses, replayRest::wake);
        places = new Places(responders, appender, replay, concurrency(responders, settings), settings.aheadBytes(), dispatcherRest::wake, tracer);
        carriers = new Carriers(dispatcherRest::wake);
        ServingLease lease = new ServingLease(appender, carriers, producer,
                delayNs -> housekeeper.schedule(dispatcherRest::wake, delayNs, TimeUnit.NANOSECONDS), Clock.SYSTEM.nanoTime());
        dispatcher = new Dispatcher(tailer, appender, recovery, places, lease, room, Clock.SYSTEM);
        trimmer = new JournalTrimmer(requests, responses, checkpoint, retention, dispatcher, room, checkpointFile != null);
        add(dispatcher, dispatcherRest, "the dispatcher");
        add(appender, appenderRest, "the response appender");
        if (responders.isAnyResumable()) {
            add(replay, replayRest, "the reading of earlier answers");
        }
        runners.reversed().forEach(AgentRunner::launch);
        carriers.launch();
        housekeeper.execute(this::scheduleRound);
    }

    private void add(Agent agent, Rest rest, String what) {
        runners.add(new AgentRunner(agent, rest, t -> ProcessLife.die(what, t)));
    }

    private static ScheduledThreadPoolExecutor housekeeper() {
        ScheduledThreadPoolExecutor housekeeper = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().name("housekeeping").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
        // A wake that is still to come need not be waited for.
        housekeeper.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return housekeeper;
    }

    /**
     * Starts a producer on two journals, which stay open when it is closed.
     *
     * @param checkpointFile where it remembers how far back a next run must read
     * @param responders     answer the queries
     */
    public static Producer launch(Journal<Request> requests, Journal<Frame> responses, Path checkpointFile,
            Responders responders, Settings settings) {
        Retention retention = new Retention(settings.retain(), settings.retainBytes());
        return new Producer(requests, responses, checkpointFile, retention, responders, settings);
    }

    /** The same on journals that do not outlive this process. */
    public static Producer launchInMemory(Journal<Request> requests, Journal<Frame> responses, Responders responders,
            Settings settings) {
        long bytes = Math.min(settings.retainBytes(), Runtime.getRuntime().maxMemory() / HEAP_PARTS);
        return new Producer(requests, responses, null, new Retention(settings.retain(), bytes), responders, settings);
    }

    /** Answers at once: what the user wants and responders can give. */
    private static int concurrency(Responders responders, Settings settings) {
        int most = responders.concurrencyMax();
        if (most < settings.concurrency()) {
            LOG.info("{} answers run at once, not {}: that is what the responder can give", most, settings.concurrency());
        }
        return Math.min(most, settings.concurrency());
    }

    /** Names a run: 63 random bits. */
    static long randomRun() {
        return new SecureRandom().nextLong(1, Long.MAX_VALUE);
    }

    private Recovery recover(Positions start) {
        try (Tailer<Frame> tailer = responses.tailer()) {
            boolean isWhole = tailer.seek(start.response()) && !checkpoint.isLost();
            return Recovery.read(tailer, start, checkpoint.settled(), isWhole, requests.end());
        }
    }

    /** A tailer that stands after this entry, or before the oldest if that is gone. */
    private Tailer<Request> after(long position) {
        Tailer<Request> tailer = requests.tailer();
        if (tailer.seek(position) && position != Journal.START) {
            tailer.read(done -> { }, 1);
        }
        return tailer;
    }

    /** Tells on this port how it goes. */
    public void register(MetricsPort port) {
        String answers = "mpstream_producer_answers";
        port.gauge(answers, "Answers without an end.", places::taken, "state", "running");
        port.gauge(answers, "Answers without an end.", places::waiting, "state", "waiting");
        port.gauge("mpstream_producer_stuck_answers", "Answers that were ended and whose responders do not return.", places::stuck);
        port.counter("mpstream_producer_entries_total", "Entries in the response journal.", appender::entries);
    }

    private void keepHouse() {
        try {
            trimmer.round();
        } catch (RuntimeException e) {
            LOG.warn("old journal files could not be dropped; tried again in a few seconds", e);
        } finally {
            scheduleRound();
        }
    }

    private void scheduleRound() {
        if (nextRound != null) {
            nextRound.cancel(false);
        }
        nextRound = housekeeper.schedule(this::keepHouse, trimmer.everyMs(), TimeUnit.MILLISECONDS);
    }

    /**
     * Stops taking queries. Answers that are running are left as they are: a next run goes on with them, or ends them, as it would had
     * this process been killed.
     */
    @Override
    public void close() {
        carriers.close();
        runners.forEach(AgentRunner::close);
        housekeeper.shutdown();
        try {
            if (!housekeeper.awaitTermination(STOP_S, TimeUnit.SECONDS)) {
                LOG.warn("old journal files are still being dropped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        checkpoint.save(dispatcher.checkpoint());
        tracer.close();
    }
}
