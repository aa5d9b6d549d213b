package io.mpstream.streamer.hub;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.Frame;
import java.util.List;
import java.util.stream.Stream;

/** The agents that read text again: a few, so that a reader whose text lies far apart in the journal does not hold all others up. */
public final class Replays {
    private static final int COUNT = 2;

    private final TextMemory memory;
    private final List<Replay> all;

    Replays(Journal<Frame> responses, TextMemory memory, Runnable wakeHub) {
        this.memory = memory;
        all = Stream.generate(() -> new Replay(responses.tailer(), memory, wakeHub)).limit(COUNT).toList();
    }

    /** Where the text goes that they read. */
    TextMemory memory() {
        return memory;
    }

    /** Each is to be run on a thread of its own. */
    public List<Replay> all() {
        return all;
    }

    /** The one that reads this text. Any thread. */
    Replay of(StreamText text) {
        return all.get(Math.floorMod(text.stream().low(), COUNT));
    }

    /** Has text kept from now on that somebody has come to; see {@link Replay#split}. Hub thread. */
    int split(long position) {
        int work = 0;
        for (int i = 0; i < COUNT; i++) {
            work += all.get(i).split(position);
        }
        return work;
    }
}
