package io.mpstream.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The part of the settings that says who may ask, and how much. */
public interface AuthSettings {
    @Option(names = "--auth", paramLabel = "METHOD", description = "Who asks must prove it: jwt. Without, anybody may who reaches the port.")
    Optional<String> method();

    @Option(names = "--allow-anonymous", description = "Serve anybody on an address that other machines reach.")
    @Must(notComeWith = "--auth")
    boolean isAnonymousAllowed();

    @Option(names = "--jwt-secret-file", paramLabel = "FILE",
            description = "Secret that tokens are signed with (HS256), 32 bytes or more; or MPSTREAM_JWT_SECRET in the environment.")
    @Must(comeWith = "--auth jwt")
    Optional<Path> secretFile();

    @Option(names = "--jwt-public-key", paramLabel = "FILE",
            description = "Public key, PEM, that tokens are checked with (RS256, PS256, ES256, EdDSA). May be given again.")
    @Must(comeWith = "--auth jwt")
    List<Path> publicKeys();

    @Option(names = "--jwks-url", paramLabel = "URL", description = "Where the keys that tokens are checked with are published.")
    @Must(comeWith = "--auth jwt")
    Optional<URI> jwksUrl();

    @Option(names = "--jwt-issuer", paramLabel = "ISS", description = "Take tokens of this issuer only; issued ones name it.")
    @Must(comeWith = "--auth jwt")
    Optional<String> issuer();

    @Option(names = "--jwt-audience", paramLabel = "AUD", description = "Take tokens for this audience only; issued ones name it.")
    @Must(comeWith = "--auth jwt")
    Optional<String> audience();

    @Option(names = "--jwt-leeway", paramLabel = "TIME", defaultValue = "1s",
            description = "How far the clock of who issues tokens may be off (${DEFAULT-VALUE}).")
    Duration leeway();

    @Option(names = "--sees-all", paramLabel = "CLAIM=VALUE", description = "Users whose token says so may see and stop all streams, such as roles=admin.")
    @Must(comeWith = "--auth jwt")
    Optional<Map.Entry<String, String>> seesAll();

    @Option(names = "--user-claim", paramLabel = "NAME", description = "Hand this claim to the responder, as attribute claim.NAME. May be given again.")
    @Must(comeWith = "--auth jwt")
    List<String> claims();

    @Option(names = "--issue-tokens", description = "Issue tokens, to those with the issuing secret or, if there is none, to callers on this machine.")
    @Must(comeWith = "--auth jwt")
    boolean isIssuing();

    @Option(names = "--issue-secret-file", paramLabel = "FILE",
            description = "Secret of those who may have tokens issued and revoked; or MPSTREAM_ISSUE_SECRET in the environment.")
    @Must(comeWith = "--auth jwt")
    Optional<Path> issueSecretFile();

    @Option(names = "--token-life", paramLabel = "TIME", defaultValue = "15m", description = "How long an issued token holds (${DEFAULT-VALUE}).")
    @Must(comeWith = "--issue-tokens", beAtLeast = "1ms")
    Duration tokenLife();

    @Option(names = "--user-streams-max", paramLabel = "N", defaultValue = "1000",
            description = "Streams at once of a user, or of an address (${DEFAULT-VALUE}; 0: no bound); one more gets 429.")
    @Must(beAtLeast = "0")
    int userStreamsMax();

    @Option(names = "--user-asks-max", paramLabel = "N", defaultValue = "6000",
            description = "Queries a minute of a user, or of an address (${DEFAULT-VALUE}; 0: no bound); more get 429.")
    @Must(beAtLeast = "0")
    int userAsksMax();

    @Option(names = "--user-bytes-max", paramLabel = "SIZE", defaultValue = "256MiB",
            description = "Text retained of a user, or of an address (${DEFAULT-VALUE}; 0: no bound); beyond it 429.")
    long userBytesMax();

    @Option(names = "--trusted-proxies", paramLabel = "ADDRESS", split = ",",
            description = "Take the client's address from what these proxies say: addresses or networks, as 10.0.0.0/8.")
    List<String> proxies();

    /** The variables of the environment. */
    Map<String, String> environment();

    /** Whether who asks must prove who that is. */
    default boolean isRequired() {
        return method().isPresent();
    }

    /**
     * The secret that tokens are signed with.
     *
     * @throws StartupException if it cannot be read, or others can read it
     */
    default Optional<byte[]> secret() {
        return Secret.find(secretFile(), environment().get(Secret.JWT_SECRET));
    }

    /**
     * The secret of those who may have tokens issued.
     *
     * @throws StartupException if it cannot be read, or others can read it
     */
    default Optional<byte[]> issueSecret() {
        return Secret.find(issueSecretFile(), environment().get(Secret.ISSUE_SECRET));
    }

    /**
     * Checks what no single option tells.
     *
     * @throws StartupException if something is wrong
     */
    default void checkUsers() {
        StartupException.require(method().orElse("jwt").equals("jwt"), "--auth", "be jwt");
        for (String secret : List.of(Secret.JWT_SECRET, Secret.ISSUE_SECRET)) {
            StartupException.require(isRequired() || !environment().containsKey(secret), secret, "be given together with --auth jwt");
        }
        jwksUrl().ifPresent(url -> StartupException.require("https".equals(url.getScheme()) || "http".equals(url.getScheme()) && isHere(String.valueOf(url.getHost())),
                "--jwks-url", "be an https address; http only on this machine"));
    }

    private static boolean isHere(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }
}
