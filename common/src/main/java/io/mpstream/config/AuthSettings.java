package io.mpstream.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The part of the settings that says who may ask, and how much. Immutable once parsed. */
public final class AuthSettings {
    private static final String JWT = "jwt";
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(15);

    @Option(names = "--auth", paramLabel = "METHOD", description = "Who asks must prove it: jwt. Without, anybody may who reaches the port.")
    private String method;

    @Option(names = "--allow-anonymous", description = "Serve anybody on an address that other machines reach.")
    private boolean isAnonymousAllowed;

    @Option(names = "--jwt-secret-file", paramLabel = "FILE",
            description = "Secret that tokens are signed with (HS256), 32 bytes or more; or MPSTREAM_JWT_SECRET in the environment.")
    private Path secretFile;

    @Option(names = "--jwt-public-key", paramLabel = "FILE",
            description = "Public key, PEM, that tokens are checked with (RS256, PS256, ES256, EdDSA). May be given again.")
    private List<Path> publicKeys = new ArrayList<>();

    @Option(names = "--jwks-url", paramLabel = "URL", description = "Where the keys that tokens are checked with are published.")
    private String jwksUrl;

    @Option(names = "--jwt-issuer", paramLabel = "ISS", description = "Take tokens of this issuer only.")
    private String issuer;

    @Option(names = "--jwt-audience", paramLabel = "AUD", description = "Take tokens for this audience only.")
    private String audience;

    @Option(names = "--jwt-leeway", paramLabel = "TIME", defaultValue = "1s",
            description = "How far the clock of who issues tokens may be off (${DEFAULT-VALUE}).")
    private Duration leeway;

    @Option(names = "--sees-all", paramLabel = "CLAIM=VALUE", description = "Users whose token says so may see and stop all streams, such as roles=admin.")
    private String seesAll;

    @Option(names = "--user-claim", paramLabel = "NAME", description = "Hand this claim to the responder, as attribute claim.NAME. May be given again.")
    private List<String> claims = new ArrayList<>();

    @Option(names = "--issue-tokens", description = "Issue tokens, to those with the issuing secret or, if there is none, to callers on this machine.")
    private boolean isIssuing;

    @Option(names = "--issue-secret-file", paramLabel = "FILE",
            description = "Secret of those who may have tokens issued and revoked; or MPSTREAM_ISSUE_SECRET in the environment.")
    private Path issueSecretFile;

    @Option(names = "--token-life", paramLabel = "TIME", description = "How long an issued token holds (15m).")
    private Duration tokenLife;

    @Option(names = "--user-streams-max", paramLabel = "N", defaultValue = "1000",
            description = "Streams at once of a user, or of an address (${DEFAULT-VALUE}; 0: no bound); one more gets 429.")
    private int streamsMax;

    @Option(names = "--user-asks-max", paramLabel = "N", defaultValue = "6000",
            description = "Queries a minute of a user, or of an address (${DEFAULT-VALUE}; 0: no bound); more get 429.")
    private int asksMax;

    @Option(names = "--user-bytes-max", paramLabel = "SIZE", defaultValue = "256MiB",
            description = "Text retained of a user, or of an address (${DEFAULT-VALUE}; 0: no bound); beyond it 429.")
    private ByteCount bytesMax;

    @Option(names = "--trusted-proxies", paramLabel = "ADDRESS", split = ",",
            description = "Take the client's address from what these proxies say: addresses or networks, as 10.0.0.0/8.")
    private List<String> proxies = new ArrayList<>();

    private Map<String, String> environment = Map.of();

    /** For the command line. */
    AuthSettings() {
    }

    void check(Map<String, String> environment) {
        this.environment = environment;
        StartupException.require(method == null || method.equals(JWT), "--auth", "be jwt");
        requireAuth(secretFile != null || environment.containsKey(Secret.JWT_SECRET), "--jwt-secret-file");
        requireAuth(!publicKeys.isEmpty(), "--jwt-public-key");
        requireAuth(jwksUrl != null, "--jwks-url");
        requireAuth(issuer != null, "--jwt-issuer");
        requireAuth(audience != null, "--jwt-audience");
        requireAuth(seesAll != null, "--sees-all");
        requireAuth(!claims.isEmpty(), "--user-claim");
        requireAuth(isIssuing, "--issue-tokens");
        requireAuth(issueSecretFile != null || environment.containsKey(Secret.ISSUE_SECRET), "--issue-secret-file");
        StartupException.require(!isRequired() || !isAnonymousAllowed, "--allow-anonymous", "not be given together with --auth");
        StartupException.require(seesAll == null || seesAll.matches("[^=]+=.+"), "--sees-all", "be CLAIM=VALUE");
        StartupException.require(tokenLife == null || isIssuing, "--token-life", "be given together with --issue-tokens");
        StartupException.require(tokenLife == null || !tokenLife.isZero(), "--token-life", "be longer than nothing");
        StartupException.require(streamsMax >= 0 && asksMax >= 0, "--user-streams-max and --user-asks-max", "not be negative");
        if (jwksUrl != null) {
            jwksUrl();
        }
    }

    private void requireAuth(boolean isGiven, String option) {
        if (isGiven && !isRequired()) {
            throw new StartupException(option + " is for --auth jwt, which is not given");
        }
    }

    /** Whether who asks must prove who that is. */
    public boolean isRequired() {
        return method != null;
    }

    /** Whether anybody may ask from other machines. */
    public boolean isAnonymousAllowed() {
        return isAnonymousAllowed;
    }

    /**
     * The secret that tokens are signed with.
     *
     * @throws StartupException if it cannot be read, or others can read it
     */
    public Optional<byte[]> secret() {
        return Secret.find(secretFile, environment.get(Secret.JWT_SECRET));
    }

    /**
     * The secret of those who may have tokens issued.
     *
     * @throws StartupException if it cannot be read, or others can read it
     */
    public Optional<byte[]> issueSecret() {
        return Secret.find(issueSecretFile, environment.get(Secret.ISSUE_SECRET));
    }

    /** Files of public keys, PEM. */
    public List<Path> publicKeys() {
        return List.copyOf(publicKeys);
    }

    /** Where keys are published. */
    public Optional<URI> jwksUrl() {
        if (jwksUrl == null) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(jwksUrl);
            String host = String.valueOf(uri.getHost());
            boolean isHere = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
            StartupException.require("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && isHere, "--jwks-url",
                    "be an https address; http only on this machine");
            return Optional.of(uri);
        } catch (IllegalArgumentException e) {
            throw new StartupException("--jwks-url is not an address: " + jwksUrl, e);
        }
    }

    /** The issuer that tokens must name, and that issued ones do. */
    public Optional<String> issuer() {
        return Optional.ofNullable(issuer);
    }

    /** The audience that tokens must name, and that issued ones do. */
    public Optional<String> audience() {
        return Optional.ofNullable(audience);
    }

    /** How far clocks may be apart. */
    public Duration leeway() {
        return leeway;
    }

    /** The claim, and its value, of users who see all streams. */
    public Optional<Map.Entry<String, String>> seesAll() {
        return Optional.ofNullable(seesAll).map(text -> Map.entry(text.substring(0, text.indexOf('=')), text.substring(text.indexOf('=') + 1)));
    }

    /** Names of the claims that are handed to the responder. */
    public List<String> claims() {
        return List.copyOf(claims);
    }

    /** Whether tokens are issued here. */
    public boolean isIssuing() {
        return isIssuing;
    }

    /** How long an issued token holds. */
    public Duration tokenLife() {
        return tokenLife == null ? TOKEN_LIFE : tokenLife;
    }

    /** Streams at once of an account; 0 for no bound. */
    public int streamsMax() {
        return streamsMax;
    }

    /** Queries a minute of an account; 0 for no bound. */
    public int asksMax() {
        return asksMax;
    }

    /** Bytes of text retained of an account; 0 for no bound. */
    public long bytesMax() {
        return bytesMax.value();
    }

    /** Addresses and networks of proxies whose word is taken for a client's address. */
    public List<String> proxies() {
        return List.copyOf(proxies);
    }
}
