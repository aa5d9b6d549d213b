package io.mpstream.streamer.text;

import io.mpstream.protocol.Text;
import java.util.ArrayList;
import java.util.List;

/** Text of one stream that is being read again: blocks in a row, the one that is wanted first. Confined to its replay's thread. */
final class LoadRequest {
    private final List<TextWaiter> waiters = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final List<byte[]> targets = new ArrayList<>();
    /** The text up to here is in the targets. */
    private long reached;
    private boolean isOver;

    /** A block that somebody waits for. */
    LoadRequest(TextWaiter waiter, Block block) {
        this.reached = block.offset;
        waiters.add(waiter);
        add(block);
    }

    /** Adds somebody who waits for the same. */
    void join(TextWaiter waiter) {
        waiters.add(waiter);
    }

    private void add(Block block) {
        blocks.add(block);
        targets.add(new byte[block.length]);
    }

    /** Reads the blocks behind it too, up to so many in all: they will be wanted next. */
    void extend(int count) {
        for (Block next = blocks.getFirst().next; next != null && blocks.size() < count; next = next.next) {
            if (next.utf8() != null || next.isGone) {
                return;
            }
            add(next);
        }
    }

    /** Of the journal's entry in which it begins. */
    long position() {
        return blocks.getFirst().position;
    }

    /** Whether it needs no more. */
    boolean isOver() {
        return isOver;
    }

    /** Takes what is new to it. */
    void take(Text text) {
        long end = text.offset() + text.length();
        // A text that was written again by a producer that had been killed says nothing new.
        if (isOver || end <= reached) {
            return;
        }
        if (text.offset() > reached) {
            // What is between was in a part of the journal that is damaged.
            isOver = true;
            return;
        }
        for (int i = 0; i < blocks.size() && reached < end; i++) {
            Block block = blocks.get(i);
            byte[] target = targets.get(i);
            long until = Math.min(end, block.offset + target.length);
            if (reached >= block.offset && reached < until) {
                System.arraycopy(text.utf8(), text.from() + Math.toIntExact(reached - text.offset()), target, Math.toIntExact(reached - block.offset),
                        Math.toIntExact(until - reached));
                reached = until;
            }
        }
        isOver = reached == blocks.getLast().offset + targets.getLast().length;
    }

    /** Puts what was read into memory, and wakes who waits; what was wanted and is not there is gone. */
    void finish(TextMemory memory) {
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            if (reached >= block.offset + targets.get(i).length) {
                if (block.reload(targets.get(i))) {
                    memory.loaded(block, targets.get(i).length);
                }
            } else if (i == 0) {
                block.isGone = true;
            }
        }
        waiters.forEach(TextWaiter::loaded);
    }
}
