package io.mpstream.streamer;

import io.mpstream.agent.AgentRunner;
import io.mpstream.agent.Clock;
import io.mpstream.agent.Parking;
import io.mpstream.config.Program;
import io.mpstream.config.Settings;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Request;
import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.http.HttpEdge;
import io.mpstream.streamer.hub.Audit;
import io.mpstream.streamer.hub.DisconnectPolicy;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.hub.Limits;
import io.mpstream.streamer.hub.RequestAppender;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Takes queries over HTTP, puts them into the request journal, and streams the response journal to those who asked. */
public final class Streamer implements AutoCloseable {
    private final AgentRunner appenderRunner;
    private final AgentRunner hubRunner;
    private final AgentRunner replayRunner;
    /** Null where nothing is kept on disk. */
    private final AgentRunner auditRunner;
    private final ScheduledExecutorService timer;
    /** Null where nobody must prove anything. */
    private final Authenticator authenticator;
    private final HttpEdge edge;

    private Streamer(Journal<Request> requests, Journal<Frame> responses, Path folder, Settings settings) {
        authenticator = settings.auth().isRequired() ? Authenticator.of(settings.auth(), folder) : null;
        Limits limits = Limits.of(settings);
        RequestAppender appender = new RequestAppender(requests.appender());
        Hub hub = new Hub(responses, appender, limits, DisconnectPolicy.parse(settings.onDisconnect()), settings.feeds(), Clock.SYSTEM);
        appenderRunner = new AgentRunner(appender, new Parking(), t -> Program.die("the request appender", t));
        hubRunner = new AgentRunner(hub, responses.rest(), t -> Program.die("the hub", t));
        replayRunner = new AgentRunner(hub.replay(), new Parking(), t -> Program.die("the replay", t));
        appender.connect(appenderRunner::wake);
        hub.replay().connect(replayRunner::wake);
        timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("timer").daemon().factory());
        hub.connect(hubRunner::wake, delayNs -> timer.schedule(hubRunner::wake, delayNs, TimeUnit.NANOSECONDS));
        Audit audit = folder == null ? null : new Audit(folder.resolve("audit.log"));
        if (audit != null) {
            hub.tellEnds(audit::recalled);
        }
        try (Tailer<Request> past = requests.tailer()) {
            hub.catchUp(past);
        }
        auditRunner = audit == null ? null : launch(audit, hub, timer);
        appenderRunner.launch();
        hubRunner.launch();
        replayRunner.launch();
        edge = HttpEdge.launch(settings, hub, limits, authenticator, timer);
    }

    private static AgentRunner launch(Audit audit, Hub hub, ScheduledExecutorService timer) {
        AgentRunner runner = new AgentRunner(audit, new Parking(), t -> Program.die("the audit", t));
        audit.connect(delayNs -> timer.schedule(runner::wake, delayNs, TimeUnit.NANOSECONDS));
        hub.tellEnds(audit::ended);
        runner.launch();
        return runner;
    }

    /**
     * Starts a streamer on two journals, which stay open when it is closed.
     *
     * @param folder keeps what it must know of tokens when it is started again, and the audit file; null to keep nothing
     * @throws io.mpstream.config.Refusal if it cannot listen, or a secret cannot be used, saying why
     */
    public static Streamer launch(Journal<Request> requests, Journal<Frame> responses, Path folder, Settings settings) {
        return new Streamer(requests, responses, folder, settings);
    }

    /** Where clients find it. */
    public String address() {
        return edge.address();
    }

    /**
     * Closes the agents, then all connections: the other way round the agents would hand work to I/O threads that are
     * gone. Streams that are running go on in the producer.
     */
    @Override
    public void close() {
        hubRunner.close();
        replayRunner.close();
        appenderRunner.close();
        if (auditRunner != null) {
            auditRunner.close();
        }
        timer.shutdownNow();
        edge.close();
        if (authenticator != null) {
            authenticator.close();
        }
    }
}
