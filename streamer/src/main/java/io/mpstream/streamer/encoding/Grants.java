package io.mpstream.streamer.encoding;

/** What a client is granted, as JSON in UTF-8. */
public final class Grants {
    private Grants() {
    }

    /** One access token. */
    public static byte[] token(String token) {
        return JsonEvents.bytes(JsonEvents.object().put("token", token));
    }

    /**
     * An access token and what renews it.
     *
     * @param expiresInS seconds for which the access token holds
     */
    public static byte[] pair(String access, long expiresInS, String refresh) {
        return JsonEvents.bytes(JsonEvents.object().put("access", access).put("expiresInS", expiresInS).put("refresh", refresh));
    }

    /**
     * A ticket.
     *
     * @param url where it is good
     */
    public static byte[] ticket(String ticket, String url) {
        return JsonEvents.bytes(JsonEvents.object().put("ticket", ticket).put("url", url));
    }

    /**
     * On a WebSocket: the token ends soon.
     *
     * @param expiresInMs until then
     */
    public static byte[] challenge(long expiresInMs) {
        var message = JsonEvents.object();
        message.set("challenge", JsonEvents.object().put("expiresInMs", expiresInMs));
        return JsonEvents.bytes(message);
    }

    /** On a WebSocket: the fresh token is taken. */
    public static byte[] renewed(long expiresInMs) {
        var message = JsonEvents.object();
        message.set("renewed", JsonEvents.object().put("expiresInMs", expiresInMs));
        return JsonEvents.bytes(message);
    }
}
