package io.mpstream.streamer.http.websocket;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.TraceContext;
import io.mpstream.streamer.encoding.JsonLines;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.QueryRequests;
import io.mpstream.streamer.http.request.TokenCheck;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.json.ClientMessage;
import io.mpstream.streamer.json.Json;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.Drain;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.PumpLoop;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.Feed;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.util.StatusCodes;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A client on a WebSocket, with the streams that it follows. Confined to the connection's I/O thread. */
final class WebSocketConnection extends AbstractReceiveListener {
    /** Streams followed at once; beyond it 1008. */
    static final int REFS_MAX = 250;
    /** The token holds no more: to be opened again with another. */
    static final int EXPIRED = 4401;

    private static final long TICK_MS = 500;

    private final Hub hub;
    private final Limits limits;
    private final QueryRequests queries;
    private final TokenCheck tokens;
    private final PumpLoop loop;
    private final WebSocketOutbox outbox;
    private final Map<String, Session> sessions = new HashMap<>();
    /** The context of the handshake, for queries that have none of their own; or null. */
    private final TraceContext trace;
    private Caller caller;
    /** The caller's own, under which this connection is open; its sessions end with it. */
    private Grant grant;
    /** The one that the client was asked to renew. */
    private Grant challenged;
    private boolean isChecking;

    WebSocketConnection(WebSocketChannel channel, Hub hub, Limits limits, QueryRequests queries, TokenCheck tokens, Caller caller, TraceContext trace, PumpLoop loop) {
        this.hub = hub;
        this.limits = limits;
        this.queries = queries;
        this.tokens = tokens;
        this.caller = caller;
        this.trace = trace;
        this.grant = caller.grant();
        this.loop = loop;
        this.outbox = new WebSocketOutbox(channel, this::gone);
    }

    /** The connection is open. */
    void begin() {
        outbox.begin(this);
        if (!caller.isAnonymous()) {
            loop.after(this::tick, TICK_MS);
        }
    }

    private void tick() {
        if (outbox.isClosed()) {
            return;
        }
        long nowMs = System.currentTimeMillis();
        if (grant.isOver(nowMs, hub.clock().resumedMs())) {
            outbox.close(EXPIRED, "the token holds no more");
            return;
        }
        if (grant != challenged && grant.isChallengeDue(nowMs)) {
            challenged = grant;
            sayLeft("challenge", nowMs);
        }
        loop.after(this::tick, TICK_MS);
    }

    private void renew(String token) {
        if (caller.isAnonymous()) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "there are no users here: the server runs without --auth");
        }
        if (isChecking) {
            throw new HttpProblem(StatusCodes.TOO_MANY_REQUESTS, "the token before this one is still being checked");
        }
        isChecking = true;
        tokens.check(token, fresh -> loop.execute(() -> renewed(fresh)));
    }

    private void renewed(Caller fresh) {
        isChecking = false;
        if (fresh == null || !fresh.principal().user().equals(caller.principal().user())) {
            outbox.sayProblem(null, StatusCodes.UNAUTHORIZED, "the token is not good, or another user's", null);
            return;
        }
        caller = fresh;
        grant = fresh.grant();
        // It may say less than the one before.
        for (Map.Entry<String, Session> each : List.copyOf(sessions.entrySet())) {
            if (!fresh.sees(each.getValue().stream())) {
                each.getValue().gone();
                outbox.sayProblem(each.getKey(), StatusCodes.NOT_FOUND, "there is no such stream", null);
            }
        }
        sayLeft("renewed", System.currentTimeMillis());
    }

    /** Says how long the connection may go on. */
    private void sayLeft(String why, long nowMs) {
        outbox.say(Json.bytes(Map.of(why, Map.of("expiresInMs", grant.leftMs(nowMs, hub.clock().resumedMs())))));
    }

    private void gone() {
        List.copyOf(sessions.values()).forEach(Session::gone);
    }

    @Override
    protected long getMaxTextBufferSize() {
        return limits.bodyBytesMax();
    }

    @Override
    protected long getMaxBinaryBufferSize() {
        // Nothing is not a limit there.
        return 1;
    }

    @Override
    protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
        message.getData().close();
        outbox.close(CloseMessage.MSG_CONTAINS_INVALID_DATA, "messages are text");
    }

    @Override
    protected void onFullPongMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
        message.getData().close();
        outbox.heard();
    }

    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
        outbox.heard();
        if (outbox.isClosed()) {
            return;
        }
        // Once: the message is empty then.
        handle(message.getData(), false);
    }

    private void handle(String said, boolean isReadUp) {
        String ref = null;
        try {
            ClientMessage wanted = ClientMessage.parse(said);
            ref = wanted.ref();
            handle(wanted);
        } catch (IllegalArgumentException e) {
            outbox.sayProblem(ref == null ? ClientMessage.ref(said) : ref, StatusCodes.BAD_REQUEST, e.getMessage(), null);
        } catch (HttpProblem e) {
            if (e.isOfUnseen() && !isReadUp) {
                hub.readUp().thenRunAsync(() -> handleAgain(said), loop::execute);
            } else {
                outbox.sayProblem(ref, e.status(), e.getMessage(), null);
            }
        } catch (RefusedException e) {
            outbox.sayRefusal(ref, e);
        }
    }

    /** What is not known now is not there. */
    private void handleAgain(String said) {
        if (!outbox.isClosed()) {
            handle(said, true);
        }
    }

    /** The client has sent what it may not send: the connection ends. */
    void refuse(int code, String why) {
        outbox.close(code, why);
    }

    private void handle(ClientMessage message) {
        switch (message) {
            case ClientMessage.Ask ask -> {
                if (hasRoom(ask.ref())) {
                    ask(ask);
                }
            }
            case ClientMessage.Follow follow -> {
                if (hasRoom(follow.ref())) {
                    follow(follow);
                }
            }
            case ClientMessage.Leave leave -> session(leave.ref()).gone();
            case ClientMessage.Cancel cancel -> hub.stop(caller.requireOwn(session(cancel.ref()).stream()));
            case ClientMessage.Renew renew -> renew(renew.token());
        }
    }

    private Session session(String ref) {
        Session session = sessions.get(ref);
        if (session == null) {
            throw new HttpProblem(StatusCodes.NOT_FOUND, "this 'ref' follows nothing");
        }
        return session;
    }

    private boolean hasRoom(String ref) {
        if (sessions.containsKey(ref)) {
            throw new HttpProblem(StatusCodes.CONFLICT, "this 'ref' is in use");
        }
        if (sessions.size() >= REFS_MAX) {
            outbox.close(CloseMessage.MSG_VIOLATES_POLICY, "too many streams at once");
            return false;
        }
        return true;
    }

    private void ask(ClientMessage.Ask ask) {
        DisconnectPolicy policy = ask.onDisconnect() == null ? null : DisconnectPolicy.parse(ask.onDisconnect());
        Query query = queries.query(ask.posted(), ask.responder(), policy, ask.idempotencyKey(), caller, trace);
        WebSocketSink sink = new WebSocketSink(outbox, ask.ref(), this::leave);
        enter(ask.ref(), hub.ask(query, FollowOptions.WHOLE, Grant.unlimited(caller.account()), new JsonLines(ask.ref()), sink, loop), sink);
    }

    private void follow(ClientMessage.Follow follow) {
        Feed feed = follow.feed() == null ? null : hub.feed(follow.feed());
        if (follow.feed() != null && (feed == null || feed.current() == null)) {
            throw new HttpProblem(StatusCodes.NOT_FOUND, "there is no feed of this name, or not yet");
        }
        LiveStream stream = follow.stream() == null ? feed.current() : caller.require(hub.find(StreamId.parse(follow.stream())));
        if (feed != null && !feed.name().equals(stream.feed())) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "this stream is none of the feed's");
        }
        long offset = follow.offset() != null ? follow.offset() : follow.stream() != null ? 0 : stream.watermark();
        if (offset > stream.watermark()) {
            throw HttpProblem.unseen(StatusCodes.BAD_REQUEST, "the offset is beyond the text, which has " + stream.watermark() + " bytes so far");
        }
        if (offset < stream.firstOffset()) {
            throw RefusedException.gone(stream.firstOffset());
        }
        WebSocketSink sink = new WebSocketSink(outbox, follow.ref(), this::leave);
        FollowOptions options = new FollowOptions(offset, FollowOptions.Mode.LIVE, follow.speed() == null ? 0 : follow.speed(), feed);
        enter(follow.ref(), hub.follow(stream, options, Grant.unlimited(caller.account()), new JsonLines(follow.ref()), sink, loop), sink);
    }

    private void enter(String ref, Session session, WebSocketSink sink) {
        sink.attach(session);
        sessions.put(ref, session);
    }

    /** The session of this reference is over, and the reference free. */
    private void leave(String ref) {
        sessions.remove(ref);
        closeIfDrained();
    }

    /** The server is being stopped: the connection ends with the last of its streams. Any thread. */
    void drain() {
        loop.execute(this::closeIfDrained);
    }

    private void closeIfDrained() {
        if (hub.drain().hasBegun() && sessions.isEmpty() && !outbox.isClosed()) {
            outbox.close(CloseMessage.GOING_AWAY, Drain.DRAINING);
        }
    }
}
