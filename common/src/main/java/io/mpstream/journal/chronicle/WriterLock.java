package io.mpstream.journal.chronicle;

import java.util.function.LongPredicate;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.threads.BusyTimedPauser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The library's lock on a journal: the process id of whoever appends, in shared memory, where it stays when that process is killed. The
 * library takes it from an owner whose id no process has. When another process has that id by then, such as the one that was started in the
 * place of the owner, it would wait for it in vain.
 */
final class WriterLock extends TableStoreWriteLock {
    private static final Logger LOG = LoggerFactory.getLogger(WriterLock.class);

    /** The lock of this queue; never waited for through this. */
    WriterLock(SingleChronicleQueue queue) {
        super(queue.metaStore(), BusyTimedPauser::new, 0L);
    }

    /** Takes it from its owner unless that is a writer. Nobody else loses it: it is taken from that process id alone. */
    void free(LongPredicate isWriter) {
        long owner = lockedBy();
        int process = (int) owner;
        if (owner != UNLOCKED && !isWriter.test(process) && lock.compareAndSwapValue(owner, UNLOCKED)) {
            LOG.warn("the lock on {} was left by process {}, which was ended while it wrote", path.getParent(), process);
        }
    }
}
