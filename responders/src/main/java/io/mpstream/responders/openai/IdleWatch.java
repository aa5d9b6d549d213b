package io.mpstream.responders.openai;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes bodies in which nothing has come for too long: the client's own time-out ends with the head. */
final class IdleWatch implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("upstream-idle").factory());

    /** A body that is closed when it is silent for too long while somebody reads. One thread reads. */
    static final class Watched extends FilterInputStream {
        private final long idleNs;
        private ScheduledFuture<?> look;
        private volatile long waitingSinceNs;
        private volatile boolean isWaiting;
        private volatile boolean isLate;

        private Watched(InputStream body, Duration idle) {
            super(body);
            idleNs = idle.toNanos();
        }

        private void look() {
            if (isWaiting && System.nanoTime() - waitingSinceNs > idleNs) {
                isLate = true;
                close();
            }
        }

        /** Whether it was closed for that. */
        boolean isLate() {
            return isLate;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            waitingSinceNs = System.nanoTime();
            isWaiting = true;
            try {
                int read = super.read(bytes, offset, length);
                if (isLate) {
                    throw new IOException("closed");
                }
                return read;
            } finally {
                isWaiting = false;
            }
        }

        @Override
        public void close() {
            look.cancel(false);
            try {
                super.close();
            } catch (IOException e) {
                // Nobody wants what is left of it.
                return;
            }
        }
    }

    /** Watches a body from now on. */
    Watched watch(InputStream body, Duration idle) {
        Watched watched = new Watched(body, idle);
        long everyMs = Math.max(100, idle.toMillis() / 10);
        watched.look = timer.scheduleWithFixedDelay(watched::look, everyMs, everyMs, TimeUnit.MILLISECONDS);
        return watched;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
