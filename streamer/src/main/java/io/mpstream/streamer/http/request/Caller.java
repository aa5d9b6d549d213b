package io.mpstream.streamer.http.request;

import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.auth.Principal;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.StatusCodes;
import java.util.Map;

/**
 * Who sends a request, and what that lets it see. Immutable.
 *
 * @param principal     who it has proven to be; null where nobody must prove anything
 * @param account       what it counts for; null for a caller on this machine that need not prove anything
 * @param authenticator knows whether the proof was revoked; null where there is none
 */
public record Caller(Principal principal, String account, Authenticator authenticator) {
    private static final Caller LOCAL = new Caller(null, null, null);
    private static final AttachmentKey<Caller> KEY = AttachmentKey.create(Caller.class);

    /** Who has proven who it is. */
    public static Caller of(Principal principal, Authenticator authenticator) {
        // Whoever has a ticket is not to use up what its giver may have.
        String account = principal.ticketPath() == null ? principal.user() : "ticket:" + principal.fingerprint();
        return new Caller(principal, account, authenticator);
    }

    /**
     * Who need not prove anything.
     *
     * @param address of a caller on another machine; null on this one
     */
    public static Caller anonymous(String address) {
        return address == null ? LOCAL : new Caller(null, "address:" + address, null);
    }

    /** Who sends this request; known before any handler sees it. */
    public static Caller of(HttpServerExchange exchange) {
        return exchange.getAttachment(KEY);
    }

    /** Sets the caller of a request. I/O thread, once, before any handler sees it. */
    public void attach(HttpServerExchange exchange) {
        exchange.putAttachment(KEY, this);
    }

    /** Whose turn its queries take, as {@link io.mpstream.streamer.stream.Asked#turn} says. */
    public String turn() {
        return principal != null ? principal.user() : account == null ? "" : account;
    }

    /** Whether there are users at all. */
    public boolean isAnonymous() {
        return principal == null;
    }

    /** Whether it may follow this stream, and know that it is there. */
    public boolean sees(LiveStream stream) {
        if (stream.isDeleted()) {
            return false;
        }
        if (principal == null) {
            return true;
        }
        if (principal.ticketPath() != null) {
            return principal.ticketPath().equals(Paths.of(stream.id())) || stream.feed() != null && seesFeed(stream.feed());
        }
        return stream.feed() != null || owns(stream);
    }

    /** Whether it may follow this feed. */
    public boolean seesFeed(String name) {
        return principal == null || principal.ticketPath() == null || principal.ticketPath().equals(Paths.FEED + name);
    }

    /** Whether it may stop this stream: a feed belongs to all. */
    boolean owns(LiveStream stream) {
        return principal == null || principal.seesAll() || stream.feed() == null && principal.user().equals(stream.user());
    }

    /** This stream, which must be there and seen. */
    public LiveStream require(LiveStream stream) {
        if (stream != null && sees(stream)) {
            return stream;
        }
        // One that belongs to somebody else is not told from one that never was.
        throw isAnonymous() ? HttpProblem.unseen(StatusCodes.GONE, "there is no such stream, or it has been evicted")
                : HttpProblem.unseen(StatusCodes.NOT_FOUND, "there is no such stream");
    }

    /** This stream, which must be the caller's to stop. */
    public LiveStream requireOwn(LiveStream stream) {
        if (!owns(require(stream))) {
            throw new HttpProblem(StatusCodes.FORBIDDEN, "a feed is not yours to stop");
        }
        return stream;
    }

    /**
     * The user to hand to the responder.
     *
     * @param claimed by the client, or an empty string
     */
    String user(String claimed) {
        if (principal == null) {
            return claimed;
        }
        if (!claimed.isEmpty() && !claimed.equals(principal.user())) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "the token says who the user is; leave 'user' out");
        }
        return principal.user();
    }

    /** What of the token is handed to the responder. */
    Map<String, String> attributes() {
        return principal == null ? Map.of() : principal.attributes();
    }

    /** What it follows streams under. */
    public Grant grant() {
        return principal == null ? account == null ? Grant.OPEN : Grant.unlimited(account)
                : Grant.until(principal.user(), account, Math.max(1_000 * principal.issuedAtS(), 0), principal.expiresAtMs(), principal.isRenewable(),
                        () -> authenticator.isRevoked(principal));
    }
}
