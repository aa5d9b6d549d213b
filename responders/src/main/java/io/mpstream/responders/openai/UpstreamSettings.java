package io.mpstream.responders.openai;

import io.mpstream.responders.OptionValues;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What {@code --upstream} and its companions say. Immutable.
 *
 * @param completions  where chats are posted
 * @param model        what is asked for when the query names none of the upstream's, or null
 * @param key          sent as a bearer token, or null
 * @param continuation how it goes on with an answer
 * @param idle         how long it may be silent
 * @param hasReasoning whether what it thinks is a part of the answer
 */
record UpstreamSettings(URI completions, String model, String key, Continuation continuation, Duration idle, boolean hasReasoning) {
    private static final String KEY_VARIABLE = "MPSTREAM_UPSTREAM_KEY";
    private static final int KEY_CHARS_MAX = 8 << 10;
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]+");
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    /**
     * Reads the options of a responder.
     *
     * @throws IllegalArgumentException if one of them is wrong, saying which and what is right
     */
    static UpstreamSettings of(OptionValues options) {
        return new UpstreamSettings(completions(options.text("upstream")), options.text("upstream-model"), key(options.text("upstream-key-file")),
                continuation(options.text("upstream-continue")), options.time("upstream-idle", IDLE), options.isSecond("upstream-reasoning", "false", "true"));
    }

    private static URI completions(String upstream) {
        try {
            URI uri = URI.create(upstream == null ? "" : upstream.replaceAll("/+$", ""));
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null
                    && uri.getUserInfo() == null) {
                return URI.create(uri + "/chat/completions");
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IllegalArgumentException("--upstream must be the address of an API, such as http://localhost:8000/v1"
                + (upstream == null ? "" : ", not '" + upstream + "'"));
    }

    private static String key(String file) {
        String key = file == null ? System.getenv(KEY_VARIABLE) : read(Path.of(file));
        if (key == null || key.isEmpty()) {
            return null;
        }
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException((file == null ? KEY_VARIABLE : "--upstream-key-file") + " must hold one line of printable ASCII");
        }
        return key;
    }

    private static String read(Path file) {
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix") && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new IllegalArgumentException("--upstream-key-file must be its owner's alone: chmod 600 " + file);
            }
            if (Files.size(file) > KEY_CHARS_MAX) {
                throw new IllegalArgumentException("--upstream-key-file must hold a key, and is longer than any: " + file);
            }
            String key = Files.readString(file).strip();
            if (key.isEmpty()) {
                throw new IllegalArgumentException("--upstream-key-file is empty: " + file);
            }
            return key;
        } catch (IOException e) {
            throw new IllegalArgumentException("--upstream-key-file cannot be read: " + file, e);
        }
    }

    private static Continuation continuation(String value) {
        return switch (value) {
            case null -> Continuation.NONE;
            case "none" -> Continuation.NONE;
            case "vllm" -> Continuation.VLLM;
            case "llamacpp" -> Continuation.LLAMACPP;
            default -> throw new IllegalArgumentException("--upstream-continue must be vllm, llamacpp or none, not '" + value + "'");
        };
    }
}
