package io.mpstream.streamer.hub;

import io.mpstream.agent.Agent;
import io.mpstream.agent.Clock;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.Running;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.streamer.admission.Admissions;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.WaitQueue;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.limits.Account;
import io.mpstream.streamer.limits.Accounts;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.limits.Refusals;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.ClientSink;
import io.mpstream.streamer.session.Drain;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.PumpLoop;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.session.SessionHost;
import io.mpstream.streamer.session.SessionLifetime;
import io.mpstream.streamer.stream.Asked;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.EndedStreams;
import io.mpstream.streamer.stream.Feed;
import io.mpstream.streamer.stream.Feeds;
import io.mpstream.streamer.stream.Follower;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.stream.StreamDirectory;
import io.mpstream.streamer.text.TextLoaders;
import io.mpstream.streamer.text.TextMemory;
import io.mpstream.trace.Tracer;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Reads the response journal and hands frames to their streams, then wakes the sessions that follow those. It never
 * encodes, never writes to a socket and never runs a client's callback. Confined to its thread except where a method
 * says otherwise.
 */
public final class Hub implements Agent, SessionHost {
    private static final int ENTRIES_A_ROUND = 64;
    private static final String GONE = "the answer, or its end, has left the journal";
    /** An answer's credit is renewed this often while its window is read once. */
    private static final int CREDITS_A_WINDOW = 4;
    /** A feed is asked by one streamer: the others wait so much longer each. */
    private static final long FEED_PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long PRUNE_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private final Journal<Frame> responses;
    private final Tailer<Frame> frames;
    private final RequestAppender requests;
    private final Limits limits;
    private final Feeds feeds;
    private final Clock clock;
    private final StreamDirectory directory = new StreamDirectory();
    private final TextMemory memory;
    private final TextLoaders loaders;
    private final WaitQueue queue;
    private final AbandonedStreams abandoned;
    private final EndedStreams ended;
    private final Accounts accounts;
    private final Admissions admissions;
    private final Consumer<Frame> onFrame = this::onFrame;

    private final ProducerLease producerLease;
    private final RequestReplay requestReplay;
    private final ReadBarrier barrier;
    private final LongConsumer wakeAfterNs;
    private final Drain drain;
    private final AnswerMeasures measures = new AnswerMeasures();
    private final Refusals refusals = new Refusals();
    private long prunedNs;
    private long patienceNs;
    private boolean isCatchingUp;
    private volatile Consumer<LiveStream> onEnd = stream -> { };

    /**
     * A hub that reads the response journal from its oldest entry.
     *
     * @param requests     takes queries, cancels and credits
     * @param onDisconnect for streams that did not say
     * @param feeds        their queries, by name
     * @param wakeAfterNs  wakes the agent's thread after so many nanoseconds, at once if that is 0. Any thread
     * @param tracer       of the queries that are taken
     */
    public Hub(Journal<Frame> responses, RequestAppender requests, Limits limits, DisconnectPolicy onDisconnect,
            Map<String, String> feeds, Clock clock, LongConsumer wakeAfterNs, Tracer tracer) {
        this.responses = responses;
        this.frames = responses.tailer();
        this.requests = requests;
        this.limits = limits;
        this.clock = clock;
        this.wakeAfterNs = wakeAfterNs;
        this.memory = new TextMemory(limits.memoryBytes());
        this.loaders = new TextLoaders(responses, memory, this::wake);
        this.queue = new WaitQueue(clock, wakeAfterNs);
        this.abandoned = new AbandonedStreams(directory, limits.aheadBytes(), this::cancel, this::isWatchedElsewhere, clock, wakeAfterNs);
        this.ended = new EndedStreams(directory, memory, limits.streamsMax());
        this.accounts = new Accounts(limits, clock);
        this.admissions = new Admissions(directory, requests, queue, accounts, limits, refusals, onDisconnect, this::wake, tracer);
        this.feeds = new Feeds(feeds, clock, query -> admissions.admit(query, requests.elsewhere()), this::cancel, wakeAfterNs);
        this.requestReplay = new RequestReplay(directory, admissions, queue, abandoned, this.feeds, requests, clock, wakeAfterNs);
        this.barrier = new ReadBarrier(responses, requestReplay::readUp, clock, wakeAfterNs);
        this.producerLease = new ProducerLease(clock, limits.producerGraceNs());
        this.drain = new Drain(clock);
        this.prunedNs = clock.nanoTime();
    }

    private void wake() {
        wakeAfterNs.accept(0);
    }

    /** What deadlines are measured by. */
    public Clock clock() {
        return clock;
    }

    /** Who is told of each stream that ends from now on, on the hub's thread. */
    public void onStreamEnd(Consumer<LiveStream> onEnd) {
        this.onEnd = onEnd;
    }

    @Override
    public TextLoaders loaders() {
        return loaders;
    }

    /**
     * Asks a query and follows its stream from the start. The session follows before the request is appended, so it
     * misses nothing. Where a query was asked before under the same idempotency key, its stream is followed instead. I/O
     * thread.
     *
     * @throws RefusedException if the key was used for another query, the account has too many, or nobody is served now
     */
    public Session ask(Query query, FollowOptions options, Grant grant, Encoder encoder, ClientSink sink, PumpLoop loop) {
        Account account = join(grant);
        LiveStream stream = null;
        try {
            // At the end of this round of the thread, with what else the round has brought.
            stream = admissions.admit(query, loop::execute);
        } finally {
            if (stream == null && account != null) {
                account.leave();
            }
        }
        return follow(stream, options, grant, account, encoder, sink, loop);
    }

    /**
     * Asks a query that nobody follows yet. Any thread.
     *
     * @return its stream
     * @throws RefusedException if the key was used for another query, the account has too many, or nobody is served now
     */
    public LiveStream ask(Query query) {
        requireServing();
        LiveStream stream = admissions.admit(query, requests.elsewhere());
        abandoned.left(stream);
        wake();
        return stream;
    }

    /**
     * Follows a stream. On the I/O thread of the loop.
     *
     * @throws RefusedException if the account has too many, or nobody is served now
     */
    public Session follow(LiveStream stream, FollowOptions options, Grant grant, Encoder encoder, ClientSink sink, PumpLoop loop) {
        return follow(stream, options, grant, join(grant), encoder, sink, loop);
    }

    private Session follow(LiveStream stream, FollowOptions options, Grant grant, Account account, Encoder encoder, ClientSink sink, PumpLoop loop) {
        Session session = new Session(this, stream, options, new SessionLifetime(grant, account, drain, producerLease::isAwaySince, clock), encoder, sink, loop);
        stream.followers().join(session);
        session.wake();
        return session;
    }

    private Account join(Grant grant) {
        requireServing();
        try {
            return accounts.join(grant.account());
        } catch (RefusedException e) {
            throw refusals.count(e);
        }
    }

    private void requireServing() {
        if (drain.hasBegun()) {
            throw refusals.count(drain.refusal());
        }
    }

    @Override
    public void refused(RefusedException why) {
        refusals.count(why);
    }

    /** The clients that were refused, counted. Any thread. */
    public Refusals refusals() {
        return refusals;
    }

    /** How answers go. Any thread. */
    public AnswerMeasures measures() {
        return measures;
    }

    /** What the producer has told of itself. Any thread. */
    public ProducerLease producerLease() {
        return producerLease;
    }

    /** The queries that wait, and the answers that run. */
    public WaitQueue queue() {
        return queue;
    }

    /** Bytes of text in memory. Any thread. */
    public long memoryBytes() {
        return memory.bytes();
    }

    /**
     * Reads up to where another streamer on the same journals may be: a client that comes from there may name a stream or text that is not known
     * here yet. Any thread.
     *
     * @return completes when all is known here that was in the journals at this call, or after two seconds; on the hub's thread
     */
    public CompletableFuture<Void> readUp() {
        return barrier.await();
    }

    /** Takes queries. Any thread. */
    public Admissions admissions() {
        return admissions;
    }

    /** The stream of this name, or null if it is unknown or has left. Any thread. */
    public LiveStream find(StreamId id) {
        return directory.find(id);
    }

    /**
     * The newest stream of this label, or null. Any thread.
     *
     * @param turn  of whom it is, as {@link Asked#turn} says
     * @param label of {@link Asked#label}
     */
    public LiveStream newest(String turn, String label) {
        return directory.newest(turn, label);
    }

    /** All streams that can be followed, in no order. Any thread. */
    public Collection<LiveStream> streams() {
        return directory.all();
    }

    /** The feed of this name, or null. Any thread. */
    public Feed feed(String name) {
        return feeds.find(name);
    }

    /**
     * Stops an answer, for all who follow it. Any thread.
     *
     * @return completes when the wish is in the journal; exceptionally if it could not be put there
     */
    public CompletableFuture<Void> stop(LiveStream stream) {
        return requests.cancel(stream, "a client stopped it").thenAccept(_ -> { });
    }

    /**
     * Deletes a stream: it is cancelled if it runs, and told to nobody any more. Its text leaves the journal when its time has come. Any thread.
     *
     * @return as {@link #stop}
     */
    public CompletableFuture<Void> delete(LiveStream stream) {
        return requests.delete(stream).thenAccept(_ -> directory.delete(stream));
    }

    /** Those who follow this stream, or the feed that it belongs to, go on under a fresh grant, if it is in their name. Any thread. */
    public void renew(LiveStream stream, Grant fresh) {
        for (LiveStream each = stream; each != null; each = each.successor()) {
            each.followers().renew(fresh);
        }
    }

    @Override
    public StreamStatus status(LiveStream stream) {
        return stream.status(queue.estimateMs(Math.max(1, stream.place())));
    }

    /**
     * Reads what earlier runs have taken and streamed, before any agent's thread starts. Answers of theirs that still run have no
     * readers now.
     *
     * @param journal  the request journal
     * @param isShared whether another streamer has these journals too, now
     * @param number   of the streamers on these journals which this is, from 1 on
     */
    public void catchUp(Journal<Request> journal, BooleanSupplier isShared, int number) {
        patienceNs = (number - 1) * FEED_PATIENCE_NS;
        requestReplay.begin(journal, isShared);
        isCatchingUp = true;
        while (frames.read(onFrame, ENTRIES_A_ROUND) > 0) {
            memory.trim();
        }
        isCatchingUp = false;
        long nowMs = System.currentTimeMillis();
        requestReplay.catchUp().outdated(nowMs - limits.retain().toMillis()).forEach(admissions::forget);
        for (LiveStream gone : requestReplay.catchUp().gone(producerLease.settled())) {
            if (gone.hasStarted()) {
                end(gone, gone.failure(GONE, nowMs));
            } else {
                admissions.forget(gone);
            }
        }
        requestReplay.settle();
    }

    /** How it is being stopped, if it is. Any thread. */
    public Drain drain() {
        return drain;
    }

    /** Whether queries are taken and answered now. Any thread. */
    public Readiness readiness() {
        return requests.room().isShort() ? Readiness.not(Admissions.SHORT) : producerLease.readiness();
    }

    /** Seconds after which a place is likely to be free, from how long answers take: 1 to 60. Any thread. */
    @Override
    public int retryAfterS() {
        return queue.retryAfterS();
    }

    private void cancel(LiveStream stream, String why) {
        requests.cancel(stream, why);
    }

    private boolean isWatchedElsewhere(LiveStream stream) {
        return requestReplay.isWatched(stream);
    }

    @Override
    public void credit(LiveStream stream, long offset) {
        if (stream.isWorthCrediting(offset, limits.aheadBytes() / CREDITS_A_WINDOW)) {
            requests.append(new Credit(stream.id(), offset));
        }
    }

    @Override
    public void leave(LiveStream stream, Follower follower) {
        if (!stream.followers().leave(follower)) {
            return;
        }
        if (stream.end() == null) {
            abandoned.left(stream);
            wake();
        } else if (directory.find(stream.id()) != stream) {
            // It was forgotten while it was read: nobody else will take its text out of memory.
            stream.text().forget(memory);
        }
    }

    @Override
    public String role() {
        return "hub";
    }

    @Override
    public int doWork() {
        long nowNs = clock.nanoTime();
        int work = frames.poll(onFrame, ENTRIES_A_ROUND) + abandoned.poll() + requestReplay.look(nowNs)
                + barrier.poll(frames.position())
                + (drain.hasBegun() ? 0 : feeds.ask(nowNs, requestReplay.isShared() ? patienceNs : 0));
        queue.number(nowNs);
        memory.running(queue.running());
        memory.trim();
        if (nowNs - prunedNs >= PRUNE_EVERY_NS) {
            prunedNs = nowNs;
            ended.prune(responses.first());
            accounts.prune();
        }
        return work;
    }

    private void onFrame(Frame frame) {
        switch (frame) {
            case Text text -> onText(text);
            case Started started -> onStarted(started);
            case Running running -> onRunning(running);
            case End end -> {
                LiveStream stream = requestReplay.known(end.stream(), Journal.START);
                if (stream != null) {
                    if (isCatchingUp && !stream.hasStarted()) {
                        // All its text has left the journal.
                        stream.text().begin(end.offset());
                    }
                    end(stream, end.offset() == stream.watermark() ? end : stream.lost(end.atMs()));
                }
            }
            case Lease lease -> onLease(lease);
        }
    }

    private void onLease(Lease lease) {
        boolean isAnotherRun = producerLease.take(lease);
        if (isCatchingUp || lease.state() == Lease.State.LOADING) {
            // Meanwhile the producer says nothing of what runs.
            return;
        }
        CatchUp catchUp = requestReplay.catchUp();
        catchUp.gone(producerLease.settled()).forEach(stream -> end(stream, stream.failure(GONE, lease.atMs())));
        catchUp.silent(isAnotherRun).forEach(stream -> end(stream, stream.failure(GONE, lease.atMs())));
        if (isAnotherRun) {
            queue.dealAgain();
        }
    }

    private void onStarted(Started started) {
        LiveStream known = requestReplay.known(started.stream(), started.query());
        LiveStream stream = known == null ? requestReplay.adopt(started.stream(), started.atMs()) : known;
        if (started.query() != Journal.START) {
            stream.queryPosition(started.query());
        }
        started(stream, started.atMs());
    }

    private void started(LiveStream stream, long atMs) {
        if (!stream.hasStarted()) {
            stream.started(atMs);
            if (isNew(stream)) {
                measures.started(stream);
            }
            queue.started(stream);
            stream.followers().wake();
        }
    }

    private void onRunning(Running running) {
        LiveStream before = directory.find(running.query().stream());
        LiveStream stream = requestReplay.running(running);
        if (before != null && before != stream) {
            before.text().forget(memory);
        }
        if (stream.end() == null && !stream.hasStarted()) {
            // Its beginning has left the journal.
            stream.text().begin(running.offset());
            started(stream, running.atMs());
        } else if (stream.end() == null && running.offset() > stream.watermark()) {
            end(stream, stream.lost(running.atMs()));
        }
    }

    private void onText(Text text) {
        LiveStream stream = directory.find(text.streamHigh(), text.streamLow());
        if (stream == null) {
            if (!isCatchingUp) {
                return;
            }
            stream = requestReplay.adopt(new StreamId(text.streamHigh(), text.streamLow()), text.atMs());
        }
        if (stream.end() != null) {
            return;
        }
        if (isCatchingUp && !stream.hasStarted()) {
            // Its beginning has left the journal.
            stream.text().begin(text.offset());
            started(stream, text.atMs());
        }
        long before = stream.watermark();
        if (!stream.text().append(text.offset(), text.utf8(), text.from(), text.length(), frames.position(), text.atMs(), memory)) {
            end(stream, stream.lost(text.atMs()));
            return;
        }
        if (isNew(stream)) {
            measures.text(stream, stream.watermark() - before, text.atMs());
        }
        stream.heard(text.atMs());
        stream.countText(stream.watermark() - before);
        stream.followers().wake();
        if (stream.terms().feed() != null) {
            // A feed does not wait for readers.
            credit(stream, stream.watermark());
        } else if (!isCatchingUp) {
            abandoned.advanced(stream);
        }
    }

    /** Whether what happens to a stream happens now, and is told by no other streamer. */
    private boolean isNew(LiveStream stream) {
        return !isCatchingUp && !requestReplay.isElsewhere(stream);
    }

    private void end(LiveStream stream, End end) {
        if (stream.end() != null) {
            return;
        }
        stream.end(end, frames.position(), memory);
        queue.ended(stream, end);
        admissions.ended(stream);
        abandoned.drop(stream);
        ended.add(stream);
        stream.followers().wake();
        feeds.ended(stream);
        if (!requestReplay.isToldElsewhere(stream)) {
            if (!isCatchingUp) {
                measures.ended(stream);
            }
            onEnd.accept(stream);
        }
    }

    @Override
    public void onClose() {
        frames.close();
        requestReplay.close();
        barrier.close();
    }
}
