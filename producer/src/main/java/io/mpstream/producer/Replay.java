package io.mpstream.producer;

import io.mpstream.agent.Agent;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Reads the text again of answers that an earlier run had begun, when they have their turn: all that are wanted together in one pass, as
 * their frames lie in the same entries, up to a bound on what is in memory. Confined to its thread except where a method says otherwise.
 */
final class Replay implements Agent {
    /** Of text in one pass; a single text may be longer. */
    private static final int PASS_BYTES_MAX = 64 << 20;
    private static final int ENTRIES_A_ROUND = 64;

    private final Journal<Frame> responses;
    private final Runnable wake;
    private final Queue<Wish> wishes = new ConcurrentLinkedQueue<>();
    private final Map<StreamId, Wish> wanted = new HashMap<>();
    private final Consumer<Frame> onFrame = this::onFrame;
    /** Of the pass that is made, else null: one that stood in a file would keep its room on the disk when that file leaves. */
    private Tailer<Frame> tailer;

    /** One text. */
    private static final class Wish {
        private final StreamId stream;
        private final long position;
        private final int length;
        private final Consumer<byte[]> onText;
        private byte[] utf8;
        private int read;

        private Wish(StreamId stream, long position, int length, Consumer<byte[]> onText) {
            this.stream = stream;
            this.position = position;
            this.length = length;
            this.onText = onText;
        }

        private void add(Text text) {
            int taken = Math.min(text.length(), length - read);
            if (text.offset() == read && taken > 0) {
                System.arraycopy(text.utf8(), text.from(), utf8, read, taken);
                read += taken;
            }
        }

        private boolean isRead() {
            return read == length;
        }
    }

    /**
     * An agent that reads in this journal.
     *
     * @param wake wakes its thread
     */
    Replay(Journal<Frame> responses, Runnable wake) {
        this.responses = responses;
        this.wake = wake;
    }

    /**
     * Wants a text. Any thread.
     *
     * @param position of an entry that is not after its beginning; {@link Journal#START} where that is not known
     * @param length   bytes from its start; so many have been in the journal
     * @param onText   gets them, on this agent's thread, or null if not all of them are left
     */
    void read(StreamId stream, long position, int length, Consumer<byte[]> onText) {
        wishes.add(new Wish(stream, position, length, onText));
        wake.run();
    }

    @Override
    public String role() {
        return "replay";
    }

    @Override
    public int doWork() {
        return tailer == null ? begin() : goOn();
    }

    private int begin() {
        int work = 0;
        long bytes = 0;
        long from = Long.MAX_VALUE;
        for (Wish wish = wishes.peek(); wish != null && (bytes == 0 || bytes + wish.length <= PASS_BYTES_MAX); wish = wishes.peek()) {
            wishes.remove();
            wish.utf8 = new byte[wish.length];
            bytes += wish.length;
            work++;
            if (wish.isRead()) {
                wish.onText.accept(wish.utf8);
            } else {
                wanted.put(wish.stream, wish);
                from = Math.min(from, wish.position);
            }
        }
        if (!wanted.isEmpty()) {
            tailer = responses.tailer();
            // If that entry is gone, from the oldest that is left.
            tailer.seek(from);
        }
        return work;
    }

    private int goOn() {
        if (tailer.read(onFrame, ENTRIES_A_ROUND) == 0) {
            wanted.values().forEach(wish -> wish.onText.accept(null));
            wanted.clear();
        }
        if (wanted.isEmpty()) {
            endPass();
        }
        return 1;
    }

    private void onFrame(Frame frame) {
        if (!(frame instanceof Text text)) {
            return;
        }
        StreamId stream = new StreamId(text.streamHigh(), text.streamLow());
        Wish wish = wanted.get(stream);
        if (wish != null) {
            wish.add(text);
            if (wish.isRead()) {
                wanted.remove(stream);
                wish.onText.accept(wish.utf8);
            }
        }
    }

    private void endPass() {
        if (tailer != null) {
            tailer.close();
            tailer = null;
        }
    }

    @Override
    public void onClose() {
        endPass();
    }
}
