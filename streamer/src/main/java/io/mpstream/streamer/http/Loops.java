package io.mpstream.streamer.http;

import io.mpstream.streamer.hub.PumpLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioIoThread;

/** The pump loop of each I/O thread. Any thread. */
final class Loops {
    private final Map<XnioIoThread, PumpLoop> loops = new ConcurrentHashMap<>();

    PumpLoop of(XnioIoThread thread) {
        PumpLoop loop = loops.get(thread);
        return loop != null ? loop : loops.computeIfAbsent(thread, each -> new PumpLoop(new Xnio(each)));
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
