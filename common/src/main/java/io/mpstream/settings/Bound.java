package io.mpstream.settings;

import java.time.Duration;
import java.util.Locale;

/**
 * A time that a client or a user meets and that is no option. Tests shorten one by a system property of its name,
 * {@code -Dmpstream.heartbeat=2s}, so that they need not wait for it; users have no use for that.
 */
public enum Bound {
    /** For the head of a request, a TLS handshake or a frame of HTTP/2 to arrive; a body has three times as long. */
    HEAD("10s"),
    /** For the next request of a connection, or its first one, to begin. */
    IDLE("60s"),
    /** Without a byte for a client until a heartbeat is sent, and from one ping of a WebSocket to the next. */
    HEARTBEAT("15s"),
    /** For text that a poll waits for. */
    POLL("20s"),
    /** For a reader of an answer that may go on without, and has no more room to. */
    UNREAD("30s"),
    /** Until clients are to come back whose producer is away. */
    AWAY_RETRY("5s"),
    /** From one fetch of published keys that a token of an unknown key causes to the next. */
    KEY_FETCH("5s"),
    /** From one look at the files of the certificate to the next. */
    CERTIFICATE_LOOK("2s"),
    /** From one look whether another streamer has revoked tokens to the next. */
    LEDGER_LOOK("1s"),
    /** From one look whether the data folder is still there to the next. */
    FOLDER_LOOK("5s"),
    /** For the responder of a cancelled answer to return until the answer is named. */
    STRAGGLER("10s");

    private final Duration time;

    Bound(String usual) {
        time = TimeSpan.parse(System.getProperty(property(), usual));
    }

    /** The system property that shortens it. */
    public String property() {
        return "mpstream." + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How long it is in this process. */
    public Duration time() {
        return time;
    }
}
