package io.mpstream.journal.chronicle;

import io.mpstream.journal.EntryBuffer;
import io.mpstream.journal.Journal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.TailerState;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of a journal's files, one after the other. What lies between them is the library's, and it stops for good, or throws anything, checked or not,
 * where that is damaged: then the rest of the file is passed over. Confined to one thread.
 */
final class Excerpts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Excerpts.class);
    private static final int NONE = -1;
    /** What a file holds must not be taken for gone because it cannot be opened now. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SingleChronicleQueue queue;
    private final Path folder;
    private final RollCycle rollCycle;
    private final ByteBuffer usual = ByteBuffer.allocate(EntryBuffer.BYTES_USUAL);
    private ByteBuffer entry = usual;
    private ExcerptTailer tailer;
    private long position = Journal.START;
    /** The file that cannot be read further, while there is none after it. */
    private int left = NONE;
    /** Whether the tailer stands nobody knows where, after a failure that passes. */
    private boolean isAdrift;

    Excerpts(SingleChronicleQueue queue, Path folder, RollCycle rollCycle) {
        this.queue = queue;
        this.folder = folder;
        this.rollCycle = rollCycle;
        this.tailer = tailer();
    }

    private ExcerptTailer tailer() {
        ExcerptTailer fresh = queue.createTailer();
        fresh.singleThreadedCheckDisabled(true);
        return fresh;
    }

    /** Position of the entry that was read last, or where it was sent. */
    long position() {
        return position;
    }

    /** Copies the next entry out of the mapped file, so that no handler runs while the file is held; returns false at the end. */
    boolean next() {
        try {
            return tryNext();
        } catch (Exception | Error e) {
            PassingFailure.require(e);
            return PassingFailure.outlast(PATIENCE, this::tryNext);
        }
    }

    /** The entry that was read last, in an array that is used again; empty for one that is larger than any that was written. */
    ByteBuffer entry() {
        return entry;
    }

    private boolean tryNext() {
        while (left == NONE || goOn()) {
            try {
                if (isAdrift) {
                    standAgain();
                }
                // What ends a file was written before the next file was made: that is there means that this one was complete.
                if (read() || isInside() && read()) {
                    return true;
                }
                if (!isInside()) {
                    requireListing();
                    return false;
                }
                leave(tailer.cycle(), "it breaks off");
            } catch (Exception | AssertionError | InternalError e) {
                requireLasting(e);
                leave(tailer.cycle(), e.toString());
            }
        }
        return false;
    }

    /** Throws on what is no damage: a failure that passes, after which the tailer stands nobody knows where, or the end of it all. */
    private void requireLasting(Throwable e) throws RuntimeException {
        boolean isPassing = PassingFailure.is(e);
        isAdrift |= isPassing;
        if (isPassing || queue.isClosed() || tailer.isClosed() || Thread.currentThread().isInterrupted()) {
            throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
        }
    }

    /**
     * Has the list of files made again that all processes share, if it lacks what has been read: the library makes an empty one of a folder
     * that a process without descriptors could not list.
     */
    private void requireListing() {
        if (position != Journal.START && queue.lastCycle() < rollCycle.toCycle(position) && !CycleFile.list(folder, rollCycle).isEmpty()) {
            queue.refreshDirectoryListing();
            isAdrift = true;
        }
    }

    /** After the entry that was read last, or before the oldest. */
    private void standAgain() {
        Closeable.closeQuietly(tailer);
        tailer = tailer();
        if (position == Journal.START) {
            tailer.toStart();
        } else if (tailer.moveToIndex(position)) {
            try (DocumentContext _ = tailer.readingDocument()) {
                // It was read before.
            }
        }
        isAdrift = false;
    }

    /** Whether it stands inside a file after which there is another one. */
    private boolean isInside() {
        return tailer.state() == TailerState.FOUND_IN_CYCLE && tailer.cycle() < queue.lastCycle();
    }

    private void leave(int cycle, String why) {
        LOG.error("passing over the rest of the damaged file {} of the journal in {}, after position {}: {}", file(cycle), folder, position, why);
        left = Math.max(cycle, 0);
    }

    private String file(int cycle) {
        return CycleFile.list(folder, rollCycle).stream().filter(file -> file.cycle() == cycle).findFirst()
                .map(file -> file.path().getFileName().toString()).orElse("of cycle " + cycle);
    }

    /** Goes to the file after the one that was left; false while there is none. */
    private boolean goOn() {
        if (queue.lastCycle() <= left) {
            return false;
        }
        Optional<CycleFile> following = CycleFile.list(folder, rollCycle).stream().filter(file -> file.cycle() > left).findFirst();
        if (following.isEmpty()) {
            return false;
        }
        int cycle = following.get().cycle();
        try {
            // After what it has met nobody knows what the old one holds.
            Closeable.closeQuietly(tailer);
            tailer = tailer();
            tailer.moveToIndex(rollCycle.toIndex(cycle, 0));
            left = NONE;
        } catch (Exception | AssertionError | InternalError e) {
            requireLasting(e);
            leave(cycle, e.toString());
        }
        return true;
    }

    private boolean read() {
        try (DocumentContext document = tailer.readingDocument()) {
            if (!document.isPresent()) {
                return false;
            }
            position = document.index();
            Bytes<?> bytes = document.wire().bytes();
            entry = usual.clear();
            if (bytes.readRemaining() > EntryBuffer.BYTES_MAX) {
                LOG.error("passing over a journal entry of {} bytes at position {}", bytes.readRemaining(), position);
                entry.limit(0);
                return true;
            }
            int length = (int) bytes.readRemaining();
            entry = length > usual.capacity() ? ByteBuffer.allocate(length) : usual.limit(length);
            bytes.read(entry.array(), 0, entry.limit());
            return true;
        }
    }

    /** Goes to an entry; false if it is gone, or cannot be found: then it stands before the oldest. */
    boolean seek(long position) {
        return PassingFailure.outlast(PATIENCE, () -> trySeek(position));
    }

    private boolean trySeek(long position) {
        this.position = position;
        left = NONE;
        isAdrift = false;
        // Asked for an entry of a file that has gone, the library would read from the start without a word.
        boolean isHere = position == Journal.START || position >= queue.firstIndex();
        if (position == Journal.START || !isHere) {
            tailer.toStart();
            return isHere;
        }
        try {
            if (!tailer.moveToIndex(position)) {
                tailer.toStart();
            }
            return true;
        } catch (Exception | AssertionError | InternalError e) {
            requireLasting(e);
            LOG.error("cannot find position {} of the journal in {}, whose files are damaged: {}", position, folder, e.toString());
            Closeable.closeQuietly(tailer);
            tailer = tailer();
            return false;
        }
    }

    @Override
    public void close() {
        tailer.close();
    }
}
