package io.mpstream.streamer.hub;

import io.mpstream.agent.Agent;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Text;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Reads text from the journal again that is in memory no more, or when it was written. A session that comes to such a block asks here, and is
 * woken when it may go on. Confined to its thread except where a method says otherwise.
 */
public final class Replay implements Agent {
    /** Blocks that are read for one that is wanted, since the next will be wanted too: so many, but not all that memory allows. */
    private static final int BLOCKS_AHEAD_MAX = 8;
    private static final int MEMORY_PARTS = 16;
    private static final int ENTRIES_A_POLL = 1;

    private final Tailer<Frame> frames;
    private final TextMemory memory;
    private final Queue<Wish> wishes = new ConcurrentLinkedQueue<>();
    /** Wishes for blocks to which the hub still adds. */
    private final Queue<Wish> early = new ConcurrentLinkedQueue<>();
    private final Consumer<Frame> onFrame = this::onFrame;
    private final int blocksAhead;
    private final Runnable wakeHub;
    private volatile Runnable wake = () -> { };

    // What is being read.
    private LiveStream stream;
    private long from;
    private long reached;
    private long until;
    private byte[] bytes;
    private Timeline timeline;

    private record Wish(Session session, LiveStream stream, Block block, boolean isTimed) {
    }

    /**
     * An agent that reads with this tailer, which is its own.
     *
     * @param wakeHub called when there is more text in memory than there may be, or something to {@link #split}
     */
    Replay(Tailer<Frame> frames, TextMemory memory, Runnable wakeHub) {
        this.frames = frames;
        this.memory = memory;
        this.wakeHub = wakeHub;
        this.blocksAhead = Math.clamp(memory.bytesMax() / MEMORY_PARTS / Block.BYTES_MAX, 1, BLOCKS_AHEAD_MAX);
    }

    /** Who is told that there is work: the agent's thread. */
    public void connect(Runnable wake) {
        this.wake = wake;
    }

    /** The session wants this block in memory. Any thread. */
    void load(Session session, LiveStream stream, Block block) {
        wishes.add(new Wish(session, stream, block, false));
        wake.run();
    }

    /** The session wants to know when this block was written. Any thread. */
    void time(Session session, LiveStream stream, Block block) {
        wishes.add(new Wish(session, stream, block, true));
        wake.run();
    }

    @Override
    public String role() {
        return "replay";
    }

    @Override
    public int doWork() {
        Wish wish = wishes.poll();
        if (wish == null) {
            return 0;
        }
        stream = wish.stream;
        if (isGrowing(stream, wish.block)) {
            early.add(wish);
            wakeHub.run();
        } else if (wish.isTimed) {
            timeline = new Timeline();
            read(wish.block, wish.block.length, null);
            wish.session.timed(timeline);
            timeline = null;
        } else {
            load(wish.block);
            wish.session.loaded();
        }
        stream = null;
        return 1;
    }

    /** Whether the hub still adds to a block whose bytes are nowhere but in the journal. */
    private static boolean isGrowing(LiveStream stream, Block block) {
        return block.isBare && block.next == null && stream.end() == null;
    }

    /**
     * Has text kept in memory from now on that somebody has come to, and then reads what is before it. Hub thread.
     *
     * @param position of the newest entry of the journal
     * @return how often
     */
    int split(long position) {
        int work = 0;
        for (Wish wish = early.poll(); wish != null; wish = early.poll()) {
            wish.stream.text().split(position, memory);
            wishes.add(wish);
            work++;
        }
        if (work > 0) {
            wake.run();
        }
        return work;
    }

    private void load(Block wanted) {
        Block block = wanted;
        for (int i = 0; i < blocksAhead && block != null && block.utf8() == null && !block.isGone && !isGrowing(stream, block); i++) {
            byte[] target = new byte[block.length];
            if (read(block, target.length, target)) {
                block.reload(target, memory);
                if (block.isGone) {
                    // In the meantime, and nobody will look at it again.
                    block.release(memory);
                }
            } else {
                block.isGone = true;
            }
            block = block.next;
        }
        if (memory.isTooMuch()) {
            wakeHub.run();
        }
    }

    /** Reads a block's frames; returns whether all its text was there. */
    private boolean read(Block block, int length, byte[] target) {
        from = block.offset;
        reached = from;
        until = from + length;
        bytes = target;
        if (!frames.seek(block.position)) {
            return false;
        }
        while (reached < until && frames.poll(onFrame, ENTRIES_A_POLL) > 0) {
            // Entries of all streams pass; those of this one are taken.
        }
        bytes = null;
        return reached == until;
    }

    private void onFrame(Frame frame) {
        if (!(frame instanceof Text text) || text.streamHigh() != stream.id().high() || text.streamLow() != stream.id().low()) {
            return;
        }
        long end = Math.min(text.offset() + text.length(), until);
        // A text that was written again by a producer that had been killed says nothing new.
        if (text.offset() > reached || end <= reached) {
            return;
        }
        if (bytes != null) {
            int skipped = Math.toIntExact(reached - text.offset());
            System.arraycopy(text.utf8(), text.from() + skipped, bytes, Math.toIntExact(reached - from), Math.toIntExact(end - reached));
        }
        if (timeline != null) {
            timeline.add(end, text.atMs());
        }
        reached = end;
    }

    @Override
    public void onClose() {
        frames.close();
    }
}
