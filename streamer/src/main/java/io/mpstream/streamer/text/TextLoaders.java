package io.mpstream.streamer.text;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.Frame;
import java.util.List;
import java.util.stream.Stream;

/** The agents that read text again: a few, so that a reader whose text lies far apart in the journal does not hold all others up. */
public final class TextLoaders {
    private static final int COUNT = 2;

    private final TextMemory memory;
    private final List<TextLoader> all;

    /**
     * Loaders that have nothing to do.
     *
     * @param responses the journal that text is read in
     * @param memory    where the text goes
     * @param wakeHub   called on a loader's thread when there is something for the hub's thread to do
     */
    public TextLoaders(Journal<Frame> responses, TextMemory memory, Runnable wakeHub) {
        this.memory = memory;
        all = Stream.generate(() -> new TextLoader(responses.tailer(), memory, wakeHub)).limit(COUNT).toList();
    }

    /** The memory that takes the text. */
    public TextMemory memory() {
        return memory;
    }

    /** Each is to be run on a thread of its own. */
    public List<TextLoader> all() {
        return all;
    }

    /** The one that reads this text. Any thread. */
    public TextLoader of(StreamText text) {
        return all.get(Math.floorMod(text.stream().low(), COUNT));
    }
}
