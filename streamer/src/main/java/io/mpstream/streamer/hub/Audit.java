package io.mpstream.streamer.hub;

import io.mpstream.agent.Agent;
import io.mpstream.config.OwnerOnly;
import io.mpstream.streamer.encoding.AuditLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line an answer: whose, how long, how it ended, when. A file of its own, in batches, so that the hub never waits for it; old ones
 * are dropped.
 */
public final class Audit implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final long FILE_BYTES_MAX = 64L << 20;
    /** Besides the one that is written: {@code audit.log.1} is the newest of them. */
    private static final int OLD_FILES_MAX = 3;
    /** Answers that may wait to be written; further ones are missing, and the log says so. */
    private static final int WAITING_MAX = 100_000;
    private static final int LINE_BYTES_MAX = 8 * 1024;
    private static final int BATCH_BYTES = 256 * 1024;

    private final Path file;
    private final Queue<LiveStream> ended = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger missing = new AtomicInteger();
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH_BYTES);
    private volatile Runnable wake = () -> { };
    private boolean isBroken;
    /** When the answer of the last line ended, in wall-clock milliseconds. */
    private final long toldUntilMs;

    /** Appends to this file. */
    public Audit(Path file) {
        this.file = file;
        this.toldUntilMs = toldUntilMs(file);
    }

    private static long toldUntilMs(Path file) {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - LINE_BYTES_MAX));
            ByteBuffer tail = ByteBuffer.allocate(LINE_BYTES_MAX);
            while (channel.read(tail) > 0) {
                // To its end.
            }
            return AuditLine.lastEndedAtMs(new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            LOG.warn("{} cannot be read: it may say again what it has said", file, e);
            return 0;
        }
    }

    /** This stream had ended before this run: told unless it is clear that the run before has. Any thread. */
    public void recalled(LiveStream stream) {
        if (stream.end().atMs() > toldUntilMs) {
            ended(stream);
        }
    }

    /** Who is told that there is work: the agent's thread. */
    public void connect(Runnable wake) {
        this.wake = wake;
    }

    /** This stream has ended. Any thread. */
    public void ended(LiveStream stream) {
        if (waiting.incrementAndGet() > WAITING_MAX) {
            waiting.decrementAndGet();
            missing.incrementAndGet();
            return;
        }
        ended.add(stream);
        wake.run();
    }

    @Override
    public String role() {
        return "audit";
    }

    @Override
    public int doWork() {
        int work = 0;
        batch.reset();
        for (LiveStream stream = ended.poll(); stream != null; stream = batch.size() < BATCH_BYTES ? ended.poll() : null) {
            waiting.decrementAndGet();
            batch.writeBytes(AuditLine.of(stream.end(), stream.user(), stream.acceptedAtMs(), stream.startedAtMs()));
            work++;
        }
        if (work > 0) {
            write(work);
        }
        return work;
    }

    private void write(int lines) {
        try {
            if (Files.exists(file) && Files.size(file) >= FILE_BYTES_MAX) {
                roll();
            }
            if (Files.exists(file)) {
                Files.write(file, batch.toByteArray(), StandardOpenOption.APPEND);
            } else {
                OwnerOnly.create(file, batch.toByteArray());
            }
            isBroken = false;
        } catch (IOException e) {
            missing.addAndGet(lines);
            // Once, not for each batch while it lasts.
            if (!isBroken) {
                isBroken = true;
                LOG.error("{} cannot be written", file, e);
            }
            return;
        }
        int lost = missing.getAndSet(0);
        if (lost > 0) {
            LOG.error("{} lacks the lines of {} answers", file, lost);
        }
    }

    private void roll() throws IOException {
        for (int i = OLD_FILES_MAX; i > 0; i--) {
            Path younger = i == 1 ? file : old(i - 1);
            if (Files.exists(younger)) {
                Files.move(younger, old(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path old(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public void onClose() {
        while (doWork() > 0) {
            // What has ended by now is told.
        }
    }
}
