package io.mpstream.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long after a kill clients have text again: any of it, and text of a stream that ran when it happened. Text counts that the
 * process has had to do with which took the killed one's place. Any thread.
 */
final class KillTimes {
    private static final double MEDIAN = 0.5;
    private static final double MOST = 0.99;

    private final String role;
    private final List<Long> anyMs = new ArrayList<>();
    private final List<Long> sameMs = new ArrayList<>();
    private long killedNs;
    private long deadNs = Long.MAX_VALUE;
    private long backNs = Long.MAX_VALUE;
    private boolean hasAny = true;
    private boolean hasSame = true;

    KillTimes(String role) {
        this.role = role;
    }

    /** The process is killed now. */
    synchronized void killed() {
        killedNs = System.nanoTime();
        deadNs = Long.MAX_VALUE;
        backNs = Long.MAX_VALUE;
        hasAny = false;
        hasSame = false;
    }

    /** It is dead: what comes on connections that are opened from now on is its successor's. */
    synchronized void isDead() {
        deadNs = System.nanoTime();
    }

    /** Its successor has been started; whatever the killed one wrote is long with its readers before that one can do anything. */
    synchronized void isBack() {
        backNs = System.nanoTime();
    }

    /** Whether text has come since the last kill. */
    synchronized boolean isOver() {
        return hasAny;
    }

    /**
     * Text has come.
     *
     * @param openedNs when the connection was opened that it came on
     * @param ranNs    when its stream was asked
     */
    synchronized void arrived(long openedNs, long ranNs) {
        long nowNs = System.nanoTime();
        boolean counts = role.equals("streamer") ? openedNs > deadNs : nowNs > backNs;
        if (!counts || hasAny && hasSame) {
            return;
        }
        long ms = TimeUnit.NANOSECONDS.toMillis(nowNs - killedNs);
        if (!hasAny) {
            hasAny = true;
            anyMs.add(ms);
        }
        if (!hasSame && ranNs < killedNs) {
            hasSame = true;
            sameMs.add(ms);
        }
    }

    @Override
    public synchronized String toString() {
        return String.format(Locale.ROOT, "%s killed %d times: first character %s, of a stream that ran %s", role, anyMs.size(), shown(anyMs), shown(sameMs));
    }

    private static String shown(List<Long> ms) {
        if (ms.isEmpty()) {
            return "never";
        }
        List<Long> sorted = ms.stream().sorted().toList();
        return "p50 " + at(sorted, MEDIAN) + " ms, p99 " + at(sorted, MOST) + " ms";
    }

    private static long at(List<Long> sorted, double share) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * share)));
    }
}
