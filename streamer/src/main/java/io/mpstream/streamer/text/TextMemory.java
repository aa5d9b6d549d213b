package io.mpstream.streamer.text;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The text in memory, in the order in which it came there. Beyond the bound the oldest goes: the journal has it, and it is read there when it is
 * wanted. Live readers are at the young end by nature. Confined to the hub's thread except where a method says otherwise.
 */
public final class TextMemory {
    /** Blocks to which streams still add take such a part of the bound at most, together. */
    private static final int GROWING_PARTS = 4;

    private final AtomicLong bytes = new AtomicLong();
    private final long bytesMax;
    /** Blocks that loaders have put bytes into. */
    private final Queue<Block> loaded = new ConcurrentLinkedQueue<>();
    /** The first blocks of texts that nobody will ask for again. */
    private final Queue<Block> forgotten = new ConcurrentLinkedQueue<>();
    /** The blocks that hold bytes, linked through themselves. */
    private Block oldest;
    private Block youngest;
    private int running = 1;

    /** An empty memory; {@code bytesMax} is its bound. */
    public TextMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Bytes in memory. Any thread. */
    public long bytes() {
        return bytes.get();
    }

    /** The bound. Any thread. */
    long bytesMax() {
        return bytesMax;
    }

    /** Sets how many answers run, which share it. */
    public void running(int answers) {
        running = Math.max(1, answers);
    }

    /** The most that one block may hold, so that those that grow do not push out what was just written. */
    int blockBytesMax() {
        return Math.clamp(bytesMax / GROWING_PARTS / running, Block.BYTES_MIN, Block.BYTES_MAX);
    }

    /** Whether it is better to keep nothing that nobody is about to read. Any thread. */
    boolean isShort() {
        return bytes.get() > bytesMax / 2;
    }

    /** Whether some of it must go. Any thread. */
    boolean isTooMuch() {
        return bytes.get() > bytesMax;
    }

    /** A block has got its bytes back. Loader's thread. */
    void loaded(Block block, int length) {
        bytes.addAndGet(length);
        loaded.add(block);
    }

    /** Takes this block and those behind it out of memory, soon: nobody will ask for them again. Any thread. */
    void forget(Block first) {
        forgotten.add(first);
    }

    /** Takes in a block that has just been begun. */
    void begun(Block block, int capacity) {
        bytes.addAndGet(capacity);
        keep(block);
    }

    /** A block takes no more. */
    void sealed(Block block) {
        bytes.addAndGet(-block.seal());
    }

    private void keep(Block block) {
        block.older = youngest;
        if (youngest == null) {
            oldest = block;
        } else {
            youngest.younger = block;
        }
        youngest = block;
        block.isKept = true;
    }

    /** Takes a block's bytes out of memory. */
    void release(Block block) {
        if (block.isKept) {
            unlink(block);
        }
        bytes.addAndGet(-block.drop());
    }

    private void unlink(Block block) {
        if (block.older == null) {
            oldest = block.younger;
        } else {
            block.older.younger = block.younger;
        }
        if (block.younger == null) {
            youngest = block.older;
        } else {
            block.younger.older = block.older;
        }
        block.older = null;
        block.younger = null;
        block.isKept = false;
    }

    /** Takes out what must go. */
    public void trim() {
        for (Block block = loaded.poll(); block != null; block = loaded.poll()) {
            if (block.isGone) {
                // In the meantime, and nobody will look at it again.
                release(block);
            } else if (!block.isKept && block.utf8() != null) {
                keep(block);
            }
        }
        for (Block first = forgotten.poll(); first != null; first = forgotten.poll()) {
            for (Block block = first; block != null; block = block.next) {
                release(block);
            }
        }
        while (isTooMuch() && oldest != null) {
            Block block = oldest;
            if (block.isFresh) {
                // Its readers have not had their turn.
                block.isFresh = false;
                unlink(block);
                keep(block);
            } else {
                release(block);
            }
        }
    }
}
