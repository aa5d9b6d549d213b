package io.mpstream.system;

import java.time.Duration;

/** Something that goes wrong in a chaos run. */
sealed interface Fault {
    /** kill -9. */
    record KillProducer() implements Fault {
    }

    /** kill -9. */
    record KillStreamer() implements Fault {
    }

    /** kill -9 of both, one after the other at once. */
    record KillBoth() implements Fault {
    }

    /** SIGTERM to the streamer alone, as a deploy sends it. */
    record Drain() implements Fault {
    }

    /** SIGSTOP to the process of this role, and SIGCONT after a while. */
    record Stop(String role, Duration time) implements Fault {
    }

    /** A client that does not read for a while. */
    record StallClient(int client, Duration time) implements Fault {
    }

    /** A client whose connection breaks. */
    record CutClient(int client, boolean isReset) implements Fault {
    }

    /** A responder that says nothing for a while. */
    record SlowResponder(Duration time) implements Fault {
    }

    /** A disk with this much free for a while. */
    record FillDisk(int freeMib, Duration time) implements Fault {
    }

    /** The machine's clock is set by so much, forth or back, seen from where it really is. */
    record StepClock(Duration by) implements Fault {
    }

    /** A fault and when it happens, counted from the start of the run. */
    record Timed(long atMs, Fault fault) {
    }
}
