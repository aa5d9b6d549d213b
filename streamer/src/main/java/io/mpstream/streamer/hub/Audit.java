package io.mpstream.streamer.hub;

import io.mpstream.agent.Agent;
import io.mpstream.files.PrivateFiles;
import io.mpstream.streamer.encoding.AuditLine;
import io.mpstream.streamer.stream.LiveStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line an answer: whose, how long, how it ended, when. A file of its own, a batch now and then, so that the hub never waits for it and
 * waking it costs nothing; old files are dropped.
 */
public final class Audit implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final long FILE_BYTES_MAX = 64L << 20;
    /** Besides the one that is written: {@code audit.log.1} is the newest of them. */
    private static final int OLD_FILES_MAX = 3;
    private static final int LINE_BYTES_MAX = 8 * 1024;
    private static final int BATCH_BYTES = 64 * 1024;
    /** Of lines that may wait for the disk; further ones are missing, and the log says so. */
    private static final int BATCH_BYTES_MAX = 16 << 20;
    private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Path file;
    private final AuditLine line = new AuditLine();
    private final LongConsumer wakeAfterNs;
    private boolean isBroken;

    // Guarded by this.
    private ByteBuffer batch = ByteBuffer.allocate(BATCH_BYTES);
    private boolean isWakeDue;
    private int lines;
    private int missing;

    /** Lines that are in no file. */
    private final LongAdder lost = new LongAdder();

    /** What the agent has taken to write; confined to its thread. */
    private ByteBuffer taken = ByteBuffer.allocate(BATCH_BYTES);
    /** When the answer of the last line ended, in wall-clock milliseconds. */
    private final long toldUntilMs;

    /** Appends to this file; {@code wakeAfterNs} wakes the agent's thread after so many nanoseconds. */
    public Audit(Path file, LongConsumer wakeAfterNs) {
        this.file = file;
        this.wakeAfterNs = wakeAfterNs;
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

    /** This stream had ended before this run: told unless it is clear that the run before has. Hub thread. */
    public void restored(LiveStream stream) {
        if (stream.end().atMs() > toldUntilMs) {
            ended(stream);
        }
    }

    /** This stream has ended. Its line is written while all that it says is at hand, and waits for the next batch. Hub thread. */
    public void ended(LiveStream stream) {
        boolean isFirst;
        synchronized (this) {
            if (!hasRoom(AuditLine.bytesMax(stream.user(), stream.end().notes()))) {
                missing++;
                return;
            }
            line.put(stream.end(), stream.user(), stream.asked().trace(), stream.asked().acceptedAtMs(), stream.startedAtMs(), batch);
            lines++;
            isFirst = !isWakeDue;
            isWakeDue = true;
        }
        if (isFirst) {
            wakeAfterNs.accept(EVERY_NS);
        }
    }

    /** Answers whose lines are missing, since the start. Any thread. */
    public long lost() {
        return lost.sum();
    }

    private boolean hasRoom(int bytes) {
        if (batch.remaining() < bytes && batch.capacity() < BATCH_BYTES_MAX) {
            batch = ByteBuffer.allocate(2 * batch.capacity()).put(batch.flip());
        }
        return batch.remaining() >= bytes;
    }

    @Override
    public String role() {
        return "audit";
    }

    @Override
    public int doWork() {
        int work;
        int lost;
        synchronized (this) {
            isWakeDue = false;
            ByteBuffer full = batch;
            batch = taken.clear();
            taken = full.flip();
            work = lines;
            lines = 0;
            lost = missing;
            missing = 0;
        }
        if (work > 0) {
            lost += write() ? 0 : work;
        }
        if (lost > 0) {
            this.lost.add(lost);
            LOG.error("{} lacks the lines of {} answers", file, lost);
        }
        return work;
    }

    private boolean write() {
        byte[] bytes = Arrays.copyOf(taken.array(), taken.limit());
        try {
            if (Files.exists(file) && Files.size(file) >= FILE_BYTES_MAX) {
                roll();
            }
            if (Files.exists(file)) {
                Files.write(file, bytes, StandardOpenOption.APPEND);
            } else {
                PrivateFiles.create(file, bytes);
            }
            isBroken = false;
        } catch (IOException e) {
            // Once, not for each batch while it lasts.
            if (!isBroken) {
                LOG.error("{} cannot be written", file, e);
            }
            isBroken = true;
        }
        return !isBroken;
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
