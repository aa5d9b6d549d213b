package io.mpstream.streamer.http.response;

import io.mpstream.streamer.session.PumpLoop;
import io.mpstream.streamer.session.Traffic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioIoThread;

/** The pump loop of each I/O thread. Any thread. */
public final class PumpLoops {
    private final Map<XnioIoThread, PumpLoop> loops = new ConcurrentHashMap<>();

    /** The loop of a thread, made when it is first asked for. */
    public PumpLoop of(XnioIoThread thread) {
        PumpLoop loop = loops.get(thread);
        return loop != null ? loop : loops.computeIfAbsent(thread, each -> new PumpLoop(new Xnio(each)));
    }

    /** What the sessions of each thread do, counted. */
    public List<Traffic> traffic() {
        return loops.values().stream().map(PumpLoop::traffic).toList();
    }

    private record Xnio(XnioIoThread thread) implements PumpLoop.IoThread {
        @Override
        public void execute(Runnable task) {
            thread.execute(task);
        }

        @Override
        public void executeAfter(Runnable task, long delayMs) {
            thread.executeAfter(task, delayMs, TimeUnit.MILLISECONDS);
        }
    }
}
