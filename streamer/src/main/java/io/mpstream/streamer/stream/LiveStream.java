package io.mpstream.streamer.stream;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.limits.Account;
import io.mpstream.streamer.text.StreamText;
import io.mpstream.streamer.text.TextMemory;
import io.mpstream.trace.QuerySpan;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A stream: its text, kept once for all who follow it, and how far its answer has come. The hub's thread writes;
 * sessions read and come and go on their I/O threads.
 */
public final class LiveStream {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    /** The same for all: nobody looks at where it was made. */
    private static final IOException NOT_STORED = new IOException("the query could not be stored");

    private final Asked asked;
    private final StreamText text;
    private final Followers followers = new Followers();
    /** Completed by the thread that puts the query into the journal. */
    private final CompletableFuture<Void> acceptance = new CompletableFuture<>();
    private final AtomicLong credited = new AtomicLong();
    private final AtomicBoolean isCancelAsked = new AtomicBoolean();

    /** A position in the request journal at or before that of its query. */
    private volatile long queryPosition = Journal.START;
    /** The account that it counts for, or null; set before it is in the directory. */
    private Account account;

    // Confined to the hub's thread.
    private Deadline deadline;
    private QuerySpan span;

    // Written by the hub's thread alone.
    private volatile End end;
    private volatile int place;
    private volatile long startedAtMs;
    private volatile long firstTextAtMs;
    private volatile long heardAtMs;
    private volatile long endPosition;
    private volatile LiveStream successor;
    private volatile boolean isDeleted;

    /** A stream whose query is not in the journal yet; its span is ended with it. */
    public LiveStream(Asked asked, QuerySpan span) {
        this.asked = asked;
        this.span = span;
        this.text = new StreamText(asked.stream());
        this.heardAtMs = asked.acceptedAtMs();
    }

    /** A position in the request journal at or before that of its query; {@link Journal#START} while that is not known. Any thread. */
    public long queryPosition() {
        return queryPosition;
    }

    /** Sets where its query is to be looked for. */
    public void queryPosition(long position) {
        queryPosition = position;
    }

    /** Everything that is remembered of its query. */
    public Asked asked() {
        return asked;
    }

    /** The stream's name. */
    public StreamId id() {
        return asked.stream();
    }

    /** The user who asked, or an empty string. */
    public String user() {
        return asked.user();
    }

    /** Names it, who asked, and the trace, in a line of the log. */
    public LoggingEventBuilder log(LoggingEventBuilder line) {
        LoggingEventBuilder named = line.addKeyValue("stream", id());
        if (!user().isEmpty()) {
            named = named.addKeyValue("user", user());
        }
        return asked.trace() == null ? named : named.addKeyValue("traceId", asked.trace());
    }

    /** The terms under which it was asked. */
    public QueryTerms terms() {
        return asked.terms();
    }

    /** The feed that it belongs to, or null. */
    public String feed() {
        return asked.terms().feed();
    }

    /** The followers, who are woken when there is anything new. */
    public Followers followers() {
        return followers;
    }

    /** The time at which it started, in wall-clock milliseconds; 0 if it has not. */
    public long startedAtMs() {
        return startedAtMs;
    }

    /** The time at which its first text was put into the journal, in wall-clock milliseconds; 0 if there was none. Any thread. */
    public long firstTextAtMs() {
        return firstTextAtMs;
    }

    /** The same of its newest text, or of its end. Any thread. */
    public long textAtMs() {
        return firstTextAtMs == 0 ? 0 : heardAtMs;
    }

    /** Milliseconds since its start or its newest text, if it runs; else 0. Any thread. */
    public long silentMs(long nowMs) {
        return hasStarted() && end() == null ? Math.max(0, nowMs - heardAtMs) : 0;
    }

    /** Sets the account that it counts for; null for none. Before it is in the directory. */
    public void account(Account account) {
        this.account = account;
    }

    /** Counts so many bytes more of its text as kept; fewer, if negative. Hub thread. */
    public void countText(long bytes) {
        if (account != null) {
            account.countText(bytes);
        }
    }

    /** Gives back what it counts for: it has ended, or will never begin. */
    public void release() {
        if (account != null) {
            account.ended();
        }
    }

    /** The time at which it is cancelled unless somebody reads it, or null. Hub thread. */
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

    /** The offset of the furthest reader, as the producer was told. Any thread. */
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
        return acceptance.state() == Future.State.SUCCESS;
    }

    /** Whether the query could not be put into the journal. Any thread. */
    public boolean isRefused() {
        return acceptance.state() == Future.State.FAILED;
    }

    /** Whether the answer has begun. Any thread. */
    public boolean hasStarted() {
        return startedAtMs != 0;
    }

    /** The place among those that wait; 0 when it does not, or when nobody has counted yet. */
    public int place() {
        return place;
    }

    /** Sets its place among those that wait, from 1 on. Hub thread. */
    public void place(int place) {
        this.place = place;
    }

    /** Whether a client has deleted it: it is told to nobody any more. Any thread. */
    public boolean isDeleted() {
        return isDeleted;
    }

    /** A client has deleted it. Any thread. */
    public void delete() {
        isDeleted = true;
    }

    /** The stream that its feed goes on with, or null. */
    public LiveStream successor() {
        return successor;
    }

    /** Sets the stream that its feed goes on with. Hub thread. */
    public void successor(LiveStream next) {
        successor = next;
    }

    /** The position of the end in the journal. */
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

    /** The status, for clients. Any thread. */
    public StreamStatus status(long estimateMs) {
        String state = state();
        boolean isWaiting = state.equals(StreamStatus.QUEUED);
        return new StreamStatus(id(), state, watermark(), isWaiting ? place : 0, isWaiting ? estimateMs : StreamStatus.UNKNOWN, watermark() > 0,
                Math.max(0, System.currentTimeMillis() - heardAtMs));
    }

    /** The query is in the journal: responses may begin. */
    public void accepted() {
        acceptance.complete(null);
        followers.wake();
    }

    /** The query could not be put into the journal. */
    public void refused() {
        acceptance.completeExceptionally(NOT_STORED);
        followers.wake();
    }

    /** Completes when the query is in the journal, on the thread that put it there; exceptionally if it could not be. Any thread. */
    public CompletableFuture<Void> acceptance() {
        return acceptance;
    }

    /** The answer has begun. Hub thread. */
    public void started(long atMs) {
        if (startedAtMs == 0) {
            startedAtMs = Math.max(1, atMs);
            heardAtMs = atMs;
            span.event(QuerySpan.STARTED, atMs);
        }
    }

    /** Notes that text came, in the producer's milliseconds. Hub thread. */
    public void heard(long atMs) {
        heardAtMs = atMs;
        if (firstTextAtMs == 0) {
            firstTextAtMs = Math.max(1, atMs);
            span.event(QuerySpan.FIRST_TEXT, atMs);
        }
    }

    /** An end where it stands, for what cannot go on. */
    public End failure(String detail, long atMs) {
        return new End(id(), watermark(), Outcome.FAILED, detail, new byte[End.SHA256_LENGTH], atMs, Notes.NONE);
    }

    /** Text of it has left the journal that it lacks: better a broken transfer than a text with a hole. */
    public End lost(long atMs) {
        log(LOG.atError()).addKeyValue("outcome", "failed").log("text of stream {} is missing after offset {}", id(), watermark());
        return failure("text was lost", atMs);
    }

    /** The last frame has come. Hub thread. */
    public void end(End end, long position, TextMemory memory) {
        text.seal(memory);
        endPosition = position;
        heardAtMs = end.atMs();
        this.end = end;
        span.end(end);
        // The stream stays for hours.
        span = QuerySpan.NONE;
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
