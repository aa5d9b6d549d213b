package io.mpstream.client;

import io.mpstream.client.json.JsonException;
import io.mpstream.client.json.JsonObject;
import io.mpstream.client.json.JsonWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A client of one server. Asks, follows, lists and stops; comes back when a connection is lost, the server is away, or a token has expired, for as
 * long as {@link #giveUpAfter} says. Immutable: {@link #token} and the like return another client. Any thread.
 *
 * <pre>{@code
 * Mpstream client = Mpstream.at(URI.create("http://localhost:8000"));
 * try (Answer answer = client.ask("wake up")) {
 *     for (String piece : answer) {
 *         show(piece);
 *     }
 * }
 * }</pre>
 */
public final class Mpstream {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration GIVE_UP = Duration.ofMinutes(2);
    /** Three signs of life. */
    private static final Duration STALL = Duration.ofSeconds(45);

    private final Server server;

    private Mpstream(Server server) {
        this.server = server;
    }

    /**
     * A client of the server at this address, which may have a path before the server's own. Over https it speaks HTTP/2 where the server does.
     *
     * @throws IllegalArgumentException if that is no address over http or https, or has more than a path
     */
    public static Mpstream at(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        boolean isHttp = scheme.equals("http") || scheme.equals("https");
        if (!isHttp || address.getHost() == null || address.getRawQuery() != null || address.getRawFragment() != null || address.getRawUserInfo() != null) {
            throw new IllegalArgumentException("'" + address + "' is no address such as http://localhost:8000");
        }
        URI base = URI.create(address.toString().replaceAll("/+$", ""));
        return new Mpstream(new Server(base, scheme.equals("https") ? overTls() : overClearText(), new Credential(null), GIVE_UP, STALL));
    }

    private static HttpClient overTls() {
        return HttpClient.newBuilder().connectTimeout(CONNECT).build();
    }

    /** HTTP/1.1: for HTTP/2 the JDK asks by an upgrade, which a proxy may not know. */
    private static HttpClient overClearText() {
        return HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1).sslContext(NoTls.context()).build();
    }

    /** The same, with this token in each request: it is asked for first, and again when it has expired or is refused. Called by any thread. */
    public Mpstream token(Supplier<String> supplier) {
        return new Mpstream(new Server(server.base(), server.http(), new Credential(supplier), server.giveUp(), server.stall()));
    }

    /** The same, sent by this: for certificates, proxies, or another version of HTTP. One that follows redirects would repeat queries elsewhere. */
    public Mpstream over(HttpClient http) {
        return new Mpstream(new Server(server.base(), http, server.credential(), server.giveUp(), server.stall()));
    }

    /** The same, coming back for so long while nothing of an answer comes; two minutes unless said. */
    public Mpstream giveUpAfter(Duration time) {
        return new Mpstream(new Server(server.base(), server.http(), server.credential(), time, server.stall()));
    }

    /** The same, taking a connection for dead on which for so long nothing has come, not even a sign of life; 45 s unless said. */
    public Mpstream stalledAfter(Duration time) {
        return new Mpstream(new Server(server.base(), server.http(), server.credential(), server.giveUp(), time));
    }

    /** Asks, and says nothing else with it. */
    public Answer ask(String query) {
        return ask(Question.of(query));
    }

    /**
     * Asks. Once this returns the server has the query, and has it once, however often it had to be sent.
     *
     * @throws RefusedException     if the server does not take it
     * @throws UnreachableException if the server stayed away
     * @throws MpstreamException    if the thread is interrupted
     */
    public Answer ask(Question question) {
        return Answer.open(server, new Source.Asked(question), new Place());
    }

    /** Follows a stream from its start. */
    public Answer follow(String id) {
        return follow(id, 0);
    }

    /**
     * Follows a stream from this offset, in bytes of its text.
     *
     * @throws GoneException        if the stream, or its text at this offset, has left; or it is somebody else's
     * @throws RefusedException     if the offset is beyond its text or inside a character
     * @throws UnreachableException if the server stayed away
     * @throws MpstreamException    if the thread is interrupted
     */
    public Answer follow(String id, long offset) {
        return Answer.open(server, new Source.Followed(0), new Place(id, offset));
    }

    /** The same with the pauses that it was written with: 2 is twice as fast, up to 1000. */
    public Answer replay(String id, long offset, double speed) {
        return Answer.open(server, new Source.Followed(speed), new Place(id, offset));
    }

    /** Follows a feed from its live end. It has no end of its own. */
    public Answer feed(String name) {
        Place place = new Place();
        place.beginLive(null);
        return Answer.open(server, new Source.Fed(name), place);
    }

    /** The newest 50 streams. */
    public StreamPage list() {
        return list("", 50, "");
    }

    /**
     * A page of the list of streams.
     *
     * @param user   whose, or an empty string for all that the token shows
     * @param limit  how many, up to 500
     * @param before the {@link StreamPage#next} of the page before, or an empty string for the first
     */
    public StreamPage list(String user, int limit, String before) {
        String options = "?limit=" + limit + Source.option("user", user) + Source.option("before", before);
        return read(server.text(() -> server.request("/v1/streams" + options)), StreamPage::of);
    }

    /**
     * Where a stream stands.
     *
     * @throws GoneException if it has left
     */
    public StreamStatus status(String id) {
        Server.Reply reply = server.head(() -> server.request(stream(id)).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        String offset = reply.header("Stream-Offset");
        if (!offset.matches("\\d{1,18}")) {
            throw new CorruptException(server.base() + " is no MPStream server: it says no offset");
        }
        return new StreamStatus(id, reply.header("Stream-State"), Long.parseLong(offset));
    }

    /**
     * Stops a stream, for every viewer: it ends as cancelled, unless it has ended.
     *
     * @throws GoneException if it has left
     */
    public void stop(String id) {
        server.head(() -> server.request(stream(id)).DELETE());
    }

    /** A ticket for a stream, good for so long. */
    public Ticket ticket(String id, Duration life) {
        return ticketFor(stream(id), life);
    }

    /** A ticket for a feed, good for so long. */
    public Ticket feedTicket(String name, Duration life) {
        return ticketFor("/v1/feed/" + Source.encode(name), life);
    }

    private Ticket ticketFor(String path, Duration life) {
        return read(post(path + "/ticket", Map.of("expiresInS", life.toSeconds())),
                ticket -> new Ticket(ticket.string("ticket"), URI.create(server.base() + ticket.string("url"))));
    }

    /** Has a token issued for this user, where the server issues them; behind an issuing secret, that is this client's own token. */
    public String issue(String user) {
        return read(post("/v1/token", Map.of("user", user)), tokens -> tokens.string("access"));
    }

    /**
     * Whether it answers: an empty string, or why it does not.
     *
     * @throws UnreachableException if it cannot be reached
     */
    public String trouble() {
        String said = server.say("/readyz");
        return said.startsWith("200 ") ? "" : said.substring(said.indexOf(' ') + 1).strip();
    }

    private String post(String path, Map<String, ?> body) {
        return server.text(() -> server.request(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(JsonWriter.write(body))));
    }

    private static <T> T read(String document, Function<JsonObject, T> reading) {
        try {
            return reading.apply(JsonObject.read(document));
        } catch (JsonException e) {
            throw new CorruptException("the server sent " + e.getMessage(), e);
        }
    }

    private static String stream(String id) {
        return "/v1/stream/" + Source.encode(id);
    }
}
