package io.mpstream.streamer;

import io.mpstream.agent.AgentRunner;
import io.mpstream.agent.Clock;
import io.mpstream.agent.Parking;
import io.mpstream.agent.Rest;
import io.mpstream.agent.RunningClock;
import io.mpstream.journal.Journal;
import io.mpstream.metrics.MetricsPort;
import io.mpstream.process.DataFolder;
import io.mpstream.process.ProcessLife;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Request;
import io.mpstream.settings.Bound;
import io.mpstream.settings.Settings;
import io.mpstream.streamer.admission.QueryArchive;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.Room;
import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.http.HttpEdge;
import io.mpstream.streamer.hub.Audit;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.metrics.StreamerMetrics;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.trace.Tracer;
import io.mpstream.trace.TracerProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Takes queries over HTTP, puts them into the request journal, and streams the response journal to those who asked. */
public final class Streamer implements AutoCloseable {
    private static final long DRAIN_LOOK_MS = 20;

    private final Tracer tracer = TracerProvider.of("streamer");
    private final Hub hub;
    private final AgentRunner appenderRunner;
    private final AgentRunner hubRunner;
    private final List<AgentRunner> replayRunners;
    /** Null where nothing is kept on disk. */
    private final AgentRunner auditRunner;
    private final ScheduledExecutorService timer;
    /** Null where nobody must prove anything. */
    private final Authenticator authenticator;
    private final HttpEdge edge;
    private final StreamerMetrics metrics;
    /** Null where nothing is kept on disk. */
    private Audit audit;

    /** Null folder: nothing is kept on disk. */
    private Streamer(Journal<Request> requests, Journal<Frame> responses, DataFolder folder, Settings settings) {
        authenticator = settings.auth().isRequired() ? Authenticator.of(settings.auth(), folder == null ? null : folder.path()) : null;
        Limits limits = Limits.of(settings);
        Clock clock = new RunningClock(Clock.SYSTEM);
        timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("timer").daemon().factory());
        timer.scheduleWithFixedDelay(clock::nanoTime, RunningClock.LOOK_EVERY_NS, RunningClock.LOOK_EVERY_NS, TimeUnit.NANOSECONDS);
        Room room = new Room(responses::room, settings.diskFloor(), clock);
        RequestAppender appender = new RequestAppender(requests.appender(), room);
        Rest rest = responses.rest();
        hub = new Hub(responses, appender, limits, DisconnectPolicy.parse(settings.onDisconnect()), settings.feeds(), clock, alarm(rest), tracer);
        appenderRunner = new AgentRunner(appender, appender.rest(), t -> ProcessLife.die("the request appender", t));
        hubRunner = new AgentRunner(hub, rest, t -> ProcessLife.die("the hub", t));
        replayRunners = hub.loaders().all().stream()
                .map(loader -> new AgentRunner(loader, loader.rest(), t -> ProcessLife.die("the replay", t))).toList();
        auditRunner = catchUp(requests, folder);
        appenderRunner.launch();
        hubRunner.launch();
        replayRunners.forEach(AgentRunner::launch);
        if (authenticator != null) {
            long everyMs = Bound.LEDGER_LOOK.time().toMillis();
            timer.scheduleWithFixedDelay(authenticator::refresh, everyMs, everyMs, TimeUnit.MILLISECONDS);
        }
        edge = HttpEdge.launch(settings, hub, new QueryArchive(requests), limits, authenticator, timer);
        metrics = new StreamerMetrics(hub, edge, requests, responses);
    }

    /** Wakes a thread from its rest after so many nanoseconds, at once if that is 0. */
    private LongConsumer alarm(Rest rest) {
        return delayNs -> {
            if (delayNs == 0) {
                rest.wake();
            } else {
                timer.schedule(rest::wake, delayNs, TimeUnit.NANOSECONDS);
            }
        };
    }

    /** Has the hub read what is retained; returns the thread of the audit, which is told of what has ended, or null. */
    private AgentRunner catchUp(Journal<Request> requests, DataFolder folder) {
        if (folder == null) {
            hub.catchUp(requests, () -> false, 1);
            return null;
        }
        Rest rest = new Parking();
        audit = new Audit(folder.file("audit.log"), alarm(rest));
        hub.onStreamEnd(audit::restored);
        hub.catchUp(requests, folder::isShared, folder.number());
        hub.onStreamEnd(audit::ended);
        return new AgentRunner(audit, rest, t -> ProcessLife.die("the audit", t)).launch();
    }

    /**
     * Starts a streamer on a folder, which stays open when it is closed. There it keeps, beside the journals, what it must know of tokens when it
     * is started again, and the audit file.
     *
     * @throws io.mpstream.settings.StartupException if it cannot listen, or a secret cannot be used, saying why
     */
    public static Streamer launch(DataFolder folder, Settings settings) {
        return new Streamer(folder.requests(), folder.responses(), folder, settings);
    }

    /** The same on journals that do not outlive this process; nothing is kept. */
    public static Streamer launchInMemory(Journal<Request> requests, Journal<Frame> responses, Settings settings) {
        return new Streamer(requests, responses, null, settings);
    }

    /** Tells on this port how it goes. */
    public void register(MetricsPort port, Settings settings) {
        metrics.register(port, settings.responders().byName().firstEntry().getKey());
        if (audit != null) {
            port.counter("mpstream_audit_lost_total", "Answers whose line the audit file lacks.", audit::lost);
        }
    }

    /** Where clients find it. */
    public String address() {
        return edge.address();
    }

    /**
     * Takes nothing new, and returns when the last session has ended.
     *
     * @param timeout how long they may go on
     * @throws InterruptedException if it is to stop at once
     */
    public void drain(Duration timeout) throws InterruptedException {
        hub.drain().begin(timeout);
        edge.drain();
        while (!hub.drain().isDone()) {
            Thread.sleep(DRAIN_LOOK_MS);
        }
    }

    /**
     * Closes the agents, then all connections: the other way round the agents would hand work to I/O threads that are
     * gone. Streams that are running go on in the producer.
     */
    @Override
    public void close() {
        // First, so that none comes while the threads that would take it end.
        edge.suspend();
        hubRunner.close();
        replayRunners.forEach(AgentRunner::close);
        appenderRunner.close();
        if (auditRunner != null) {
            auditRunner.close();
        }
        timer.shutdownNow();
        edge.close();
        if (authenticator != null) {
            authenticator.close();
        }
        tracer.close();
    }
}
