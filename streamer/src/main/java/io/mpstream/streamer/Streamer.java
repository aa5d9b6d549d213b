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
import io.mpstream.streamer.http.HttpEdge;
import io.mpstream.streamer.hub.DisconnectPolicy;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.hub.Limits;
import io.mpstream.streamer.hub.RequestAppender;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Takes queries over HTTP, puts them into the request journal, and streams the response journal to those who asked. */
public final class Streamer implements AutoCloseable {
    private final AgentRunner appenderRunner;
    private final AgentRunner hubRunner;
    private final AgentRunner replayRunner;
    private final ScheduledExecutorService timer;
    private final HttpEdge edge;

    private Streamer(Journal<Request> requests, Journal<Frame> responses, Settings settings) {
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
        try (Tailer<Request> past = requests.tailer()) {
            hub.catchUp(past);
        }
        appenderRunner.launch();
        hubRunner.launch();
        replayRunner.launch();
        edge = HttpEdge.launch(settings, hub, limits, timer);
    }

    /**
     * Starts a streamer on two journals, which stay open when it is closed.
     *
     * @throws io.mpstream.config.Refusal if it cannot listen, saying why
     */
    public static Streamer launch(Journal<Request> requests, Journal<Frame> responses, Settings settings) {
        return new Streamer(requests, responses, settings);
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
        timer.shutdownNow();
        edge.close();
    }
}
