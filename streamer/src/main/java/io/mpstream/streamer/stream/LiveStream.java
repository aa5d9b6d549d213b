package io.mpstream.streamer.stream;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.Account;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.text.StreamText;
import io.mpstream.streamer.text.TextMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream's text, kept once for all who follow it. The hub's thread writes; sessions read and come and go on their
 * I/O threads.
 */
public final class LiveStream {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    /** Characters of a query that are remembered. */
    private static final int PREVIEW_LENGTH = 80;
    private static final Follower[] NOBODY = {};
    /** One for all: nobody looks at where it was made. */
    private static final IOException NOT_STORED = new IOException("the query could not be stored");

    private final StreamId id;
    private final long serial;
    private final String preview;
    private final int queryBytes;
    private final String user;
    private final long acceptedAtMs;
    private final QueryTerms terms;
    /** Of the whole query, where it will be asked whether another is the same; else null. */
    private final byte[] queryDigest;
    private final StreamText text;
    private final AtomicLong credited = new AtomicLong();
    private final AtomicBoolean isCancelAsked = new AtomicBoolean();

    /** Replaced, never changed; guarded by this when it is. */
    private volatile Follower[] followers = NOBODY;

    /** Whether the query is in the journal; set by the thread that put it there. */
    private volatile boolean isAccepted;
    private volatile boolean isRefused;
    private final CompletableFuture<Void> acceptance = new CompletableFuture<>();

    /** What it counts for, or null; set before it is in the directory. */
    private Account account;

    // Confined to the hub's thread.
    private Deadline deadline;

    // Written by the hub's thread alone.
    private volatile End end;
    private volatile int place;
    private volatile long startedAtMs;
    private volatile long heardAtMs;
    private volatile long endPosition;
    private volatile LiveStream successor;

    /**
     * A stream whose query is not in the journal yet.
     *
     * @param terms  of the query, with what the server does by default
     * @param serial higher for what was asked later
     */
    public LiveStream(Query query, QueryTerms terms, long serial) {
        this.id = query.stream();
        this.text = new StreamText(id);
        this.serial = serial;
        this.preview = preview(query.text());
        this.queryBytes = query.bytes();
        this.user = query.user();
        this.acceptedAtMs = query.acceptedAtMs();
        this.heardAtMs = acceptedAtMs;
        this.terms = terms;
        this.queryDigest = terms.key() == null && terms.feed() == null ? null : digest(query.text());
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String preview(String text) {
        return text.substring(0, text.offsetByCodePoints(0, Math.min(PREVIEW_LENGTH, text.codePointCount(0, text.length()))));
    }

    /** The stream's name. */
    public StreamId id() {
        return id;
    }

    /** Higher for streams that were asked later. */
    public long serial() {
        return serial;
    }

    /** The first 80 characters of what was asked; none if that is not known. */
    public String preview() {
        return preview;
    }

    /** Bytes of the whole query. */
    public int queryBytes() {
        return queryBytes;
    }

    /** Who asked, or an empty string. */
    public String user() {
        return user;
    }

    /** The feed that it belongs to, or null. */
    public String feed() {
        return terms.feed();
    }

    /** When it was asked, in wall-clock milliseconds. */
    public long acceptedAtMs() {
        return acceptedAtMs;
    }

    /** When it started, in wall-clock milliseconds; 0 if it has not. */
    public long startedAtMs() {
        return startedAtMs;
    }

    /** Returns this stream, which another one has met under its key; both must have been asked the same. */
    public LiveStream requireSame(LiveStream other) {
        if (!Arrays.equals(queryDigest, other.queryDigest)) {
            throw RefusedException.forGood(RefusedException.Reason.KEY_REUSED, "this Idempotency-Key was used for another query");
        }
        return this;
    }

    /** Whether this is what it was asked; only for a stream with a key or a feed. */
    boolean asks(String query) {
        return Arrays.equals(queryDigest, digest(query));
    }

    /** Whose turn its query takes where it has to wait. */
    public String turn() {
        return terms.account() == null ? user : terms.account();
    }

    /** The terms under which it was asked. */
    public QueryTerms terms() {
        return terms;
    }

    /** Sets what it counts for; null for nothing. Before it is in the directory. */
    public void account(Account account) {
        this.account = account;
    }

    /** So much more of its text is kept; less, if negative. Hub thread. */
    public void countText(long bytes) {
        if (account != null) {
            account.countText(bytes);
        }
    }

    /** It has ended, or will never begin. */
    public void release() {
        if (account != null) {
            account.ended();
        }
    }

    /** When it is cancelled unless somebody reads it, or null. Hub thread. */
    public Deadline deadline() {
        return deadline;
    }

    /** Sets when it is cancelled unless somebody reads it; null for never. Hub thread. */
    public void deadline(Deadline deadline) {
        this.deadline = deadline;
    }

    /** Whether to ask for its cancel; true once. Any thread. */
    public boolean askCancel() {
        return isCancelAsked.compareAndSet(false, true);
    }

    /** The cancel could not be put into the journal. */
    public void cancelRefused() {
        isCancelAsked.set(false);
    }

    /** How far the furthest reader has come, as the producer was told. Any thread. */
    public long credited() {
        return credited.get();
    }

    /** A reader of an earlier run had come this far. */
    public void credited(long offset) {
        credited.accumulateAndGet(offset, Math::max);
    }

    /** The text so far. */
    public StreamText text() {
        return text;
    }

    /** Bytes of text that have come. Any thread. */
    public long watermark() {
        return text.watermark();
    }

    /** The first offset that can still be read. Any thread. */
    public long firstOffset() {
        return text.firstOffset();
    }

    /** The last frame, or null. Once it is seen, so is all the text before it. Any thread. */
    public End end() {
        return end;
    }

    /** Whether the query is in the journal. Any thread. */
    public boolean isAccepted() {
        return isAccepted;
    }

    /** Whether the query could not be put into the journal. Any thread. */
    public boolean isRefused() {
        return isRefused;
    }

    /** Whether the answer has begun. Any thread. */
    public boolean hasStarted() {
        return startedAtMs != 0;
    }

    /** Its place among those that wait; 0 when it does not, or when nobody has counted yet. */
    public int place() {
        return place;
    }

    /** Sets its place among those that wait, from 1 on. Hub thread. */
    public void place(int place) {
        this.place = place;
    }

    /** The stream that its feed goes on with, or null. */
    public LiveStream successor() {
        return successor;
    }

    /** Sets the stream that its feed goes on with. Hub thread. */
    public void successor(LiveStream next) {
        successor = next;
    }

    /** Where the end is in the journal. */
    long endPosition() {
        return endPosition;
    }

    /** {@code queued}, {@code started}, or how it ended. Any thread. */
    public String state() {
        End last = end;
        if (last != null) {
            return last.outcome().name().toLowerCase(Locale.ROOT);
        }
        return hasStarted() ? StreamStatus.STARTED : StreamStatus.QUEUED;
    }

    /** Where it stands, for clients. Any thread. */
    public StreamStatus status(long estimateMs) {
        String state = state();
        boolean isWaiting = state.equals(StreamStatus.QUEUED);
        return new StreamStatus(id, state, watermark(), isWaiting ? place : 0, isWaiting ? estimateMs : StreamStatus.UNKNOWN, watermark() > 0,
                Math.max(0, System.currentTimeMillis() - heardAtMs));
    }

    /** How many follow it. Any thread. */
    public int followers() {
        return followers.length;
    }

    /** There is something new for those who follow it. Any thread. */
    public void wakeFollowers() {
        for (Follower follower : followers) {
            follower.wake();
        }
    }

    /** The query is in the journal: responses may begin. */
    public void accepted() {
        isAccepted = true;
        wakeFollowers();
        acceptance.complete(null);
    }

    /** The query could not be put into the journal. */
    public void refused() {
        isRefused = true;
        wakeFollowers();
        acceptance.completeExceptionally(NOT_STORED);
    }

    /** Completes when the query is in the journal, on the thread that put it there; exceptionally if it could not be. Any thread. */
    public CompletableFuture<Void> acceptance() {
        return acceptance;
    }

    /** Those who follow it go on under a fresh grant, if it is in their name. Any thread. */
    public void renew(Grant fresh) {
        for (Follower follower : followers) {
            follower.renew(fresh);
        }
    }

    /** Adds a follower, who is woken from now on. Any thread. */
    public synchronized void join(Follower follower) {
        // Filled before it is seen: others look at any time.
        Follower[] all = Arrays.copyOf(followers, followers.length + 1);
        all[all.length - 1] = follower;
        followers = all;
    }

    /** Returns whether that was the last one. */
    public synchronized boolean leave(Follower follower) {
        int at = Arrays.asList(followers).indexOf(follower);
        if (at < 0) {
            return false;
        }
        Follower[] others = Arrays.copyOf(followers, followers.length - 1);
        // The last one takes the place that is free: their order means nothing.
        if (at < others.length) {
            others[at] = followers[others.length];
        }
        followers = others;
        return others.length == 0;
    }

    /** The answer has begun. Hub thread. */
    public void started(long atMs) {
        if (startedAtMs == 0) {
            startedAtMs = Math.max(1, atMs);
            heardAtMs = atMs;
        }
    }

    /** When text or the start came last, in the producer's milliseconds. Hub thread. */
    public void heard(long atMs) {
        heardAtMs = atMs;
    }

    /** An end where it stands, for what cannot go on. */
    public End failure(String detail, long atMs) {
        return new End(id, watermark(), Outcome.FAILED, detail, new byte[End.SHA256_LENGTH], atMs, Notes.NONE);
    }

    /** Text of it has left the journal that it lacks: better a broken transfer than a text with a hole. */
    public End lost(long atMs) {
        LOG.error("text of stream {} is missing after offset {}", id, watermark());
        return failure("text was lost", atMs);
    }

    /** The last frame has come. Hub thread. */
    public void end(End end, long position, TextMemory memory) {
        text.seal(memory);
        endPosition = position;
        heardAtMs = end.atMs();
        this.end = end;
    }

    /**
     * A reader has taken the text up to here. Any thread.
     *
     * @param step how far the furthest reader must come before that is worth telling
     * @return whether the producer should be told now
     */
    public boolean isWorthCrediting(long offset, long step) {
        long last = credited.get();
        return offset - last >= step && credited.compareAndSet(last, offset);
    }
}
