package io.mpstream.responders;

import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was written to a reply, and when the first of it. Any thread. */
public final class Written implements Reply {
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> notes = new LinkedHashMap<>();
    private final List<Long> timesNs = new ArrayList<>();
    private int lengthMax = Integer.MAX_VALUE;

    /** Nobody wants more than this. */
    public Written cancelAfter(int length) {
        lengthMax = length;
        return this;
    }

    @Override
    public synchronized void write(CharSequence piece) {
        if (text.length() >= lengthMax) {
            throw new CancelledException("nobody wants it");
        }
        timesNs.add(System.nanoTime());
        text.append(piece);
        notifyAll();
    }

    @Override
    public synchronized void note(String name, String value) {
        notes.put(name, value);
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    /** All that was written. */
    public synchronized String text() {
        return text.toString();
    }

    /** The notes, in the order in which they came first. */
    public synchronized Map<String, String> notes() {
        return Map.copyOf(notes);
    }

    /** When each piece came, of {@link System#nanoTime}. */
    public synchronized List<Long> timesNs() {
        return List.copyOf(timesNs);
    }

    /** Waits until so much is there. */
    public synchronized void awaitLength(int length) throws InterruptedException {
        while (text.length() < length) {
            wait(10_000);
        }
    }
}
