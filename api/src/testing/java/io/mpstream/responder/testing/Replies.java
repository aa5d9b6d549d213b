package io.mpstream.responder.testing;

import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Records the replies of a responder to one query after another, for tests: what it writes, and how it ends. Assertions wait for what they
 * assert, for 10 s at most, and take it out of the record; {@link #close} fails if anything is left over.
 *
 * <pre>{@code
 * try (Replies replies = new Replies(new Shout()).ask("wake up")) {
 *     replies.assertWrite("WAKE ");
 *     replies.assertWrite("UP");
 *     replies.assertCompleted();
 * }
 * }</pre>
 *
 * The responder runs on a thread of its own, as it does in the server, and meets the same refusals. One thread makes the other calls.
 */
public final class Replies implements AutoCloseable {
    private static final long PATIENCE_S = 10;
    /** As {@link Reply#note} says. */
    private static final int NOTES_MAX = 8;
    private static final int NOTE_LENGTH_MAX = 128;
    private static final Pattern NOTE_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,31}");
    private static final String STREAM = "0".repeat(32);

    private final Responder responder;
    /** Texts, as they were written, notes, and ends. */
    private final BlockingDeque<Object> record = new LinkedBlockingDeque<>();
    private Answer answer;

    /** The end of a call; {@code thrown} is null if the responder returned. */
    private record End(Throwable thrown) {
        @Override
        public String toString() {
            return thrown == null ? "its return" : "its failure: " + thrown;
        }
    }

    private record Note(String name, String value) {
        @Override
        public String toString() {
            return "the note " + name + "=" + value;
        }
    }

    /** A call of the responder. */
    private interface Call {
        void run(Reply reply) throws Exception;
    }

    /** Records the replies of this responder. */
    public Replies(Responder responder) {
        this.responder = responder;
    }

    /** Asks, as nobody in particular. */
    public Replies ask(String text) {
        return ask(query(text));
    }

    /** Asks. */
    public Replies ask(Query query) {
        return start(reply -> responder.respond(query, reply));
    }

    /** Has the responder go on where another run was killed, after this text. */
    public Replies resume(String text, String textSoFar) {
        return resume(query(text), textSoFar);
    }

    /** Has the responder go on where another run was killed, after this text. */
    public Replies resume(Query query, String textSoFar) {
        return start(reply -> ((ResumableResponder) responder).resume(query, textSoFar, reply));
    }

    private static Query query(String text) {
        return new Query(STREAM, text, "", Map.of(), 0);
    }

    private Replies start(Call call) {
        if (answer != null) {
            throw new IllegalStateException("assert the end of the answer before this one first");
        }
        answer = new Answer(call);
        answer.thread.start();
        return this;
    }

    /** Cancels the answer, as when nobody wants the rest: the thread is interrupted, and the next write throws. */
    public Replies cancel() {
        answer.cancel();
        return this;
    }

    /** Asserts that the next write is of this text. */
    public void assertWrite(String text) {
        Object next = next("the write of \"" + text + "\"");
        if (!text.equals(next)) {
            throw new AssertionError("expected the write of \"" + text + "\" but there was " + describe(next));
        }
    }

    /** Asserts that this text is next, however it is cut into writes; what the last of them has beyond it stays. */
    public void assertText(String text) {
        for (String rest = text; !rest.isEmpty(); ) {
            Object next = next("\"" + rest + "\"");
            if (next instanceof String written && rest.startsWith(written)) {
                rest = rest.substring(written.length());
            } else if (next instanceof String written && written.startsWith(rest)) {
                record.addFirst(written.substring(rest.length()));
                return;
            } else {
                throw new AssertionError("expected \"" + rest + "\" but there was " + describe(next));
            }
        }
    }

    /** Asserts that this note is next. */
    public void assertNote(String name, String value) {
        Note expected = new Note(name, value);
        Object next = next(expected.toString());
        if (!expected.equals(next)) {
            throw new AssertionError("expected " + expected + " but there was " + describe(next));
        }
    }

    /** Asserts that the responder has returned, and so completed the answer. */
    public void assertCompleted() {
        Throwable thrown = end("its return").thrown;
        if (thrown != null) {
            throw new AssertionError("expected its return but there was its failure", thrown);
        }
    }

    /** Asserts that the responder has thrown, and so failed the answer; returns what. */
    public Throwable assertFailed() {
        Throwable thrown = end("its failure").thrown;
        if (thrown == null) {
            throw new AssertionError("expected its failure but there was its return");
        }
        return thrown;
    }

    /** Asserts that the responder has given up after {@link #cancel}, whether it returned or threw. Drops what it wrote before. */
    public void assertCancelled() {
        if (!answer.isCancelled) {
            throw new AssertionError("the answer was not cancelled");
        }
        while (!(next("its end") instanceof End)) {
            // How far it came by then is a matter of time.
        }
        answer = null;
    }

    private End end(String what) {
        Object next = next(what);
        if (next instanceof End end) {
            answer = null;
            return end;
        }
        throw new AssertionError("expected " + what + " but there was " + describe(next));
    }

    private Object next(String what) {
        try {
            Object next = record.poll(PATIENCE_S, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("expected " + what + " but there was nothing for " + PATIENCE_S + " s");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }

    private static String describe(Object next) {
        return next instanceof String ? "the write of \"" + next + "\"" : next.toString();
    }

    /** Asserts that nothing is left over: neither a text, nor an end, nor a responder that still runs, which is cancelled. */
    @Override
    public void close() {
        // Before the responder is cancelled, which has it end.
        Object next = record.peek();
        if (answer != null) {
            answer.cancel();
        }
        if (next != null) {
            throw new AssertionError("left over: " + describe(next));
        }
        if (answer != null) {
            throw new AssertionError("left over: a responder that runs");
        }
    }

    /** A running call of the responder, and its reply. */
    private final class Answer implements Reply {
        private final Call call;
        private final Thread thread = new Thread(this::run, "responder");
        private volatile boolean isCancelled;
        // Guarded by this.
        private boolean hasEnded;
        private boolean hasHalf;
        private final Set<String> noted = new HashSet<>();

        private Answer(Call call) {
            this.call = call;
            thread.setDaemon(true);
            thread.setContextClassLoader(responder.getClass().getClassLoader());
        }

        private void run() {
            try {
                call.run(this);
                end(null);
            } catch (Throwable t) {
                end(t);
            }
        }

        private synchronized void end(Throwable thrown) {
            hasEnded = true;
            record.add(new End(thrown == null && hasHalf ? new IllegalStateException("the text ends with half of a surrogate pair") : thrown));
        }

        private void cancel() {
            isCancelled = true;
            thread.interrupt();
        }

        @Override
        public boolean cancelled() {
            return isCancelled;
        }

        @Override
        public synchronized void write(CharSequence text) {
            requireOpen();
            String written = text.toString();
            requirePairs(written);
            record.add(written);
        }

        private void requireOpen() {
            if (isCancelled) {
                throw new CancelledException("cancelled by the test");
            }
            if (hasEnded) {
                throw new IllegalStateException("the answer has ended: nothing can be written to it any more");
            }
        }

        @Override
        public synchronized void note(String name, String value) {
            requireOpen();
            noted.add(name);
            if (!NOTE_NAME.matcher(name).matches() || value.length() > NOTE_LENGTH_MAX || noted.size() > NOTES_MAX) {
                throw new IllegalArgumentException("no note of an answer: " + name + "=" + value);
            }
            record.add(new Note(name, value));
        }

        private void requirePairs(String text) {
            boolean isHalf = hasHalf;
            for (int i = 0; i < text.length(); i++) {
                if (isHalf != Character.isLowSurrogate(text.charAt(i))) {
                    throw new IllegalArgumentException("half of a surrogate pair without its other half before index " + (i + 1));
                }
                isHalf = Character.isHighSurrogate(text.charAt(i));
            }
            hasHalf = isHalf;
        }
    }
}
