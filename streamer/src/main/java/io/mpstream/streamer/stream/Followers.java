package io.mpstream.streamer.stream;

import java.util.Arrays;

/** The followers of one stream. Any thread. */
public final class Followers {
    /** Replaced, never changed; guarded by this when it is. */
    private volatile Follower[] all = {};

    Followers() {
    }

    /** Returns how many there are. */
    public int count() {
        return all.length;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return all.length == 0;
    }

    /** Adds a follower, who is woken from now on. */
    public synchronized void join(Follower follower) {
        // Filled before it is seen: others look at any time.
        Follower[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = follower;
        all = more;
    }

    /** Removes a follower; returns whether that was the last one. */
    public synchronized boolean leave(Follower follower) {
        int at = Arrays.asList(all).indexOf(follower);
        if (at < 0) {
            return false;
        }
        Follower[] others = Arrays.copyOf(all, all.length - 1);
        // The last one takes the place that is free: their order means nothing.
        if (at < others.length) {
            others[at] = all[others.length];
        }
        all = others;
        return others.length == 0;
    }

    /** Wakes them all: there is something new. */
    public void wake() {
        for (Follower follower : all) {
            follower.wake();
        }
    }

    /** Hands a fresh grant to all; those go on under it whose name it is in. */
    public void renew(Grant fresh) {
        for (Follower follower : all) {
            follower.renew(fresh);
        }
    }
}
