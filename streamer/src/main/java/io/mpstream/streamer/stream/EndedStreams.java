package io.mpstream.streamer.stream;

import io.mpstream.streamer.text.TextMemory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The streams that have ended and may still be followed, oldest end first, and the bounds on them: how many, how much text in
 * memory, and what the journal still has. Confined to the hub's thread.
 */
public final class EndedStreams {
    private final Deque<LiveStream> ended = new ArrayDeque<>();
    private final StreamDirectory directory;
    private final TextMemory memory;
    private final int streamsMax;
    private long firstPosition;

    /**
     * No stream has ended yet.
     *
     * @param streamsMax streams that are retained, beside those that somebody follows
     */
    public EndedStreams(StreamDirectory directory, TextMemory memory, int streamsMax) {
        this.directory = directory;
        this.memory = memory;
        this.streamsMax = streamsMax;
    }

    /** A stream has ended. Beyond the bound the oldest that nobody reads is forgotten. */
    public void add(LiveStream stream) {
        ended.add(stream);
        for (int tries = ended.size(); ended.size() > streamsMax && tries > 0; tries--) {
            LiveStream oldest = ended.poll();
            if (oldest.followers().isEmpty()) {
                forget(oldest);
            } else {
                ended.add(oldest);
            }
        }
    }

    private void forget(LiveStream stream) {
        if (directory.remove(stream)) {
            stream.countText(stream.firstOffset() - stream.watermark());
        }
        stream.text().forget(memory);
    }

    /**
     * Forgets what has left the journal.
     *
     * @param firstPosition of the oldest entry that is left
     */
    public void prune(long firstPosition) {
        if (firstPosition <= this.firstPosition) {
            return;
        }
        this.firstPosition = firstPosition;
        directory.all().forEach(stream -> {
            long before = stream.firstOffset();
            stream.text().prune(firstPosition, memory);
            stream.countText(before - stream.firstOffset());
        });
        ended.removeIf(stream -> {
            boolean isGone = stream.text().first() == null && stream.endPosition() < firstPosition;
            if (isGone) {
                forget(stream);
            }
            return isGone;
        });
    }
}
