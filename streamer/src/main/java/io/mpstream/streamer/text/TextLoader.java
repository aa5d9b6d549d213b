package io.mpstream.streamer.text;

import io.mpstream.agent.Agent;
import io.mpstream.agent.Parking;
import io.mpstream.agent.Rest;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Reads text from the journal again that is in memory no more, or when it was written. Who comes to such a block asks here, and is
 * told when it may go on. What is asked for at the same time is read in one pass, so that a thousand answers that were written at once, and lie
 * in the journal in small pieces beside each other, are not each looked for among the pieces of all. Confined to its thread except where a method
 * says otherwise.
 */
public final class TextLoader implements Agent {
    /** Blocks that are read for one that is wanted, since the next will be wanted too: so many, but not all that memory allows. */
    private static final int BLOCKS_AHEAD_MAX = 8;
    /** The part of the text in memory that one pass may read. */
    private static final int PASS_PARTS = 8;
    private static final int ENTRIES_A_READ = 1;

    private final Tailer<Frame> frames;
    private final TextMemory memory;
    private final Queue<Wish> wishes = new ConcurrentLinkedQueue<>();
    private final Consumer<Frame> onFrame = this::onFrame;
    private final Consumer<Frame> onTimedFrame = this::onTimedFrame;
    private final Runnable wakeHub;
    private final Rest rest = new Parking();

    // One pass.
    private final List<LoadRequest> loads = new ArrayList<>();
    private final Map<Block, LoadRequest> byBlock = new HashMap<>();
    private final Map<StreamId, List<LoadRequest>> byStream = new HashMap<>();
    // One look at when a block was written.
    private Wish timed;
    private long reached;
    private Timeline timeline;

    private record Wish(TextWaiter waiter, StreamText text, Block block, boolean isTimed) {
    }

    /**
     * An agent that reads with this tailer, which is its own.
     *
     * @param wakeHub called when there is more text in memory than there may be
     */
    TextLoader(Tailer<Frame> frames, TextMemory memory, Runnable wakeHub) {
        this.frames = frames;
        this.memory = memory;
        this.wakeHub = wakeHub;
    }

    /** The rest of its thread. */
    public Rest rest() {
        return rest;
    }

    /** Reads a block into memory, soon. Any thread. */
    public void load(TextWaiter waiter, StreamText text, Block block) {
        wishes.add(new Wish(waiter, text, block, false));
        rest.wake();
    }

    /** Finds out when a block was written, soon. Any thread. */
    public void time(TextWaiter waiter, StreamText text, Block block) {
        wishes.add(new Wish(waiter, text, block, true));
        rest.wake();
    }

    @Override
    public String role() {
        return "replay";
    }

    @Override
    public int doWork() {
        long passBytes = Math.max(Block.BYTES_MAX, memory.bytesMax() / PASS_PARTS);
        long bytes = 0;
        int work = 0;
        for (Wish wish = wishes.poll(); wish != null; wish = bytes < passBytes ? wishes.poll() : null) {
            work++;
            if (wish.isTimed) {
                time(wish);
            } else if (wish.block.utf8() != null || wish.block.isGone) {
                wish.waiter.loaded();
            } else {
                add(wish);
                bytes += wish.block.length;
            }
        }
        if (!loads.isEmpty()) {
            // A reader that stands still would have it lie in memory for nothing.
            int ahead = memory.isShort() ? 1 : Math.clamp(passBytes / Math.max(1, bytes), 1, BLOCKS_AHEAD_MAX);
            loads.forEach(load -> load.extend(ahead));
            read();
        }
        return work;
    }

    private void add(Wish wish) {
        LoadRequest known = byBlock.get(wish.block);
        if (known != null) {
            known.join(wish.waiter);
            return;
        }
        LoadRequest load = new LoadRequest(wish.waiter, wish.block);
        loads.add(load);
        byBlock.put(wish.block, load);
        byStream.computeIfAbsent(wish.text.stream(), id -> new ArrayList<>()).add(load);
    }

    /** Goes through the journal once, past what nobody wants. */
    private void read() {
        loads.sort(Comparator.comparingLong(LoadRequest::position));
        try {
            int begun = 0;
            while (begun < loads.size()) {
                // All that comes before this one is over.
                boolean isThere = frames.seek(loads.get(begun).position());
                begun = isThere ? readOn(begun) : begun + 1;
            }
        } finally {
            loads.forEach(load -> load.finish(memory));
            loads.clear();
            byBlock.clear();
            byStream.clear();
        }
        if (memory.isTooMuch()) {
            wakeHub.run();
        }
    }

    /** Reads until all are over that it has come to; returns how many that are. */
    private int readOn(int first) {
        int begun = first + 1;
        int over = first;
        while (over < begun && frames.read(onFrame, ENTRIES_A_READ) > 0) {
            while (begun < loads.size() && loads.get(begun).position() <= frames.position()) {
                begun++;
            }
            while (over < begun && loads.get(over).isOver()) {
                over++;
            }
        }
        // Else the journal has ended, and nothing more will be found.
        return over == begun ? begun : loads.size();
    }

    private void onFrame(Frame frame) {
        if (frame instanceof Text text) {
            List<LoadRequest> wanted = byStream.get(new StreamId(text.streamHigh(), text.streamLow()));
            if (wanted != null) {
                wanted.forEach(load -> load.take(text));
            }
        }
    }

    private void time(Wish wish) {
        timed = wish;
        timeline = new Timeline();
        reached = wish.block.offset;
        long until = reached + wish.block.length;
        if (frames.seek(wish.block.position)) {
            while (reached < until && frames.read(onTimedFrame, ENTRIES_A_READ) > 0) {
                // Entries of all streams pass; those of this one are looked at.
            }
        }
        wish.waiter.timed(timeline);
        timed = null;
        timeline = null;
    }

    private void onTimedFrame(Frame frame) {
        if (frame instanceof Text text && text.streamHigh() == timed.text.stream().high() && text.streamLow() == timed.text.stream().low()) {
            long end = Math.min(text.offset() + text.length(), timed.block.offset + timed.block.length);
            if (text.offset() <= reached && end > reached) {
                timeline.add(end, text.atMs());
                reached = end;
            }
        }
    }

    @Override
    public void onClose() {
        frames.close();
    }
}
