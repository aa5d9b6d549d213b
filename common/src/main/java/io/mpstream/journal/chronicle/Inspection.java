package io.mpstream.journal.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files of a journal that is opened, for damage that the library would wait, throw or be stuck at when it is too late to say
 * which file it is.
 */
final class Inspection {
    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);
    private static final String ASIDE = ".damaged";
    /** Of the word that a file begins with: whether what follows is the library's own, and whether that is being written. */
    private static final int KIND = 0xC000_0000;
    private static final int OWN = 0x4000_0000;
    private static final int HEAD_BYTES_MAX = 64 * 1024;
    /** Another process may be making a file; it takes a few milliseconds. */
    private static final long MAKING_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private Inspection() {
    }

    /** Sets aside files without a beginning, which whoever made them was killed too soon to write: nothing can be read from them. */
    static void setAsideHeadless(Path folder, RollCycle rollCycle) {
        for (CycleFile file : CycleFile.list(folder, rollCycle)) {
            long start = System.nanoTime();
            while (!hasHead(file.path())) {
                if (System.nanoTime() - start > MAKING_NS) {
                    setAside(file.path());
                    break;
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    private static boolean hasHead(Path file) {
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        try (FileChannel channel = FileChannel.open(file)) {
            int head = channel.read(word, 0) < Integer.BYTES ? 0 : word.getInt(0);
            return (head & KIND) == OWN && (head & ~KIND) <= HEAD_BYTES_MAX;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static void setAside(Path file) {
        Path aside = file.resolveSibling(file.getFileName() + ASIDE);
        try {
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            LOG.error("journal file {} has no beginning: nothing can be read from it; it is called {} from now on", file, aside.getFileName());
        } catch (IOException e) {
            throw new UncheckedIOException("the journal file " + file + " is damaged; move it away", e);
        }
    }

    /**
     * The first file, where every reading begins, and the two newest, which an appender looks at, must be such that the library can read
     * them at all. Others are passed over when a reading comes to them: to open each takes a while.
     *
     * @throws UncheckedIOException naming the one that is not
     */
    static void requireReadable(SingleChronicleQueue queue, List<CycleFile> files) {
        for (int i = 0; i < files.size(); i++) {
            if (i == 0 || i >= files.size() - 2) {
                requireReadable(queue, files.get(i));
            }
        }
    }

    private static void requireReadable(SingleChronicleQueue queue, CycleFile file) {
        try {
            queue.closeStore(queue.storeForCycle(file.cycle(), 0, false, null));
        } catch (Exception | AssertionError | InternalError e) {
            requireLasting(file.path(), e);
            LOG.debug("of {}", file.path(), e);
            throw new UncheckedIOException("the journal file " + file.path() + " is damaged; move it away while nothing runs: what is in it is lost",
                    new IOException(e));
        }
    }

    /** Whether the entries of the newest file can be read up to the last one: if not, one that is appended there might never be found. */
    static boolean isSound(SingleChronicleQueue queue, RollCycle rollCycle, CycleFile newest) {
        try (ExcerptTailer tailer = queue.createTailer()) {
            long last = queue.lastIndex();
            if (last < 0 || rollCycle.toCycle(last) != newest.cycle()) {
                // There is nothing in it yet, or whoever appends has gone on to another since the files were listed.
                return true;
            }
            if (!tailer.moveToIndex(rollCycle.toIndex(newest.cycle(), 0))) {
                return false;
            }
            long read = -1;
            while (read < last) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        return false;
                    }
                    read = document.index();
                }
            }
            return true;
        } catch (Exception | AssertionError | InternalError e) {
            requireLasting(newest.path(), e);
            LOG.debug("of {}", newest.path(), e);
            return false;
        }
    }

    /** A file that cannot be opened for want of descriptors is no damaged one. */
    static void requireLasting(Path file, Throwable e) {
        if (PassingFailure.is(e)) {
            throw new UncheckedIOException("the journal file " + file + " cannot be opened: this process has too few descriptors (ulimit -n) or too little memory",
                    new IOException(e));
        }
    }
}
