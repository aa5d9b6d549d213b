package io.mpstream.protocol;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Consumer;

/**
 * A queue that is served round the accounts: one of the account whose turn it is, which then goes to the end of the ring. Within
 * an account it is first come, first served. So whoever asks much waits for his own, and whoever asks once waits for one of each other
 * account at most. The producer serves by this; the streamer tells clients their places by the same.
 *
 * <p>An account that has nothing waiting is not in the ring, and joins at its end. Only the account that was served last stays behind it:
 * that one has just had its turn, and whether another joins shortly before or shortly after makes no difference.
 *
 * <p>Confined to one thread.
 *
 * @param <T> what waits; equal ones are the same
 */
public final class FairQueue<T> {
    /** The accounts with something that waits, the one whose turn comes first; the one that was served last is the last. */
    private final SequencedMap<String, SequencedSet<T>> ring = new LinkedHashMap<>();
    private String servedLast;
    private int size;

    /** An empty queue. */
    public FairQueue() {
    }

    /** Adds one of this account; nothing changes if it waits already. */
    public void add(String account, T one) {
        SequencedSet<T> ofAccount = ring.get(account);
        if (ofAccount == null) {
            ofAccount = new LinkedHashSet<>();
            ring.put(account, ofAccount);
            toEnd(servedLast);
        }
        if (ofAccount.add(one)) {
            size++;
        }
    }

    private void toEnd(String account) {
        SequencedSet<T> ofAccount = ring.get(account);
        if (ofAccount != null) {
            ring.putLast(account, ofAccount);
        }
    }

    /** The one whose turn it is, which waits no longer; null if nobody waits. */
    public T poll() {
        if (ring.isEmpty()) {
            return null;
        }
        String account = ring.firstEntry().getKey();
        T one = ring.firstEntry().getValue().getFirst();
        served(account, one);
        return one;
    }

    /**
     * Takes out one that leaves without having its turn.
     *
     * @return whether it had waited
     */
    public boolean remove(String account, T one) {
        SequencedSet<T> ofAccount = ring.get(account);
        if (ofAccount == null || !ofAccount.remove(one)) {
            return false;
        }
        size--;
        if (ofAccount.isEmpty()) {
            ring.remove(account);
        }
        return true;
    }

    /**
     * Takes out one that has had its turn elsewhere. Its account goes to the end of the ring, even if it is not known here that the one waits.
     *
     * @return whether it had waited
     */
    public boolean served(String account, T one) {
        boolean hadWaited = remove(account, one);
        servedLast = account;
        toEnd(account);
        return hadWaited;
    }

    /** Whether nobody waits. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Number of those that wait. */
    public int size() {
        return size;
    }

    /** Visits all, in the order in which they would have their turns if no others came. What is visited must not change this. */
    public void forEachInTurn(Consumer<? super T> visitor) {
        Queue<Iterator<T>> accounts = new ArrayDeque<>(ring.size() + 1);
        ring.values().forEach(ofAccount -> accounts.add(ofAccount.iterator()));
        for (Iterator<T> next = accounts.poll(); next != null; next = accounts.poll()) {
            visitor.accept(next.next());
            if (next.hasNext()) {
                accounts.add(next);
            }
        }
    }
}
