package io.mpstream.streamer.stream;

import java.util.Arrays;

/**
 * The followers of one stream. To join and to leave costs the same however many there are; the array is copied only by the first change after
 * it was last looked at. Any thread.
 */
public final class Followers {
    private static final Follower[] NONE = {};

    /** Guarded by this. Behind the last follower there may be free places. */
    private Follower[] members = NONE;
    private volatile int count;
    /** What is looked at, and changed no more; null if there was a change since. */
    private volatile Follower[] seen = NONE;

    Followers() {
    }

    /** Returns how many there are. */
    public int count() {
        return count;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Adds a follower, who is woken from now on, and follows no other stream. */
    public synchronized void join(Follower follower) {
        if (count == members.length) {
            members = Arrays.copyOf(members, Math.max(1, 2 * count));
        } else {
            own();
        }
        follower.place(count);
        members[count] = follower;
        seen = null;
        count++;
    }

    /** Removes a follower; returns whether that was the last one. */
    public synchronized boolean leave(Follower follower) {
        int at = follower.place();
        if (at >= count || members[at] != follower) {
            return false;
        }
        own();
        int last = count - 1;
        // The last one takes the place that is free: their order means nothing.
        members[at] = members[last];
        members[at].place(at);
        members[last] = null;
        members = last == 0 ? NONE : members;
        seen = null;
        count = last;
        return last == 0;
    }

    /** Leaves the array to those who look at it. */
    private void own() {
        if (members == seen) {
            members = members.clone();
        }
    }

    private Follower[] all() {
        Follower[] all = seen;
        return all != null ? all : see();
    }

    private synchronized Follower[] see() {
        seen = members;
        return members;
    }

    /** Wakes them all: there is something new. */
    public void wake() {
        for (Follower follower : all()) {
            if (follower == null) {
                return;
            }
            follower.wake();
        }
    }

    /** Hands a fresh grant to all; those go on under it whose name it is in. */
    public void renew(Grant fresh) {
        for (Follower follower : all()) {
            if (follower == null) {
                return;
            }
            follower.renew(fresh);
        }
    }
}
