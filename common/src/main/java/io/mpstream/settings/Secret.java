package io.mpstream.settings;

import io.mpstream.files.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Secrets, which come from files or the environment: a command line shows in the list of processes. */
public final class Secret {
    /** Variable of the environment with the secret that tokens are signed with, where no file has it. */
    static final String JWT_SECRET = "MPSTREAM_JWT_SECRET";
    /** Variable of the environment with the secret of those who may have tokens issued, where no file has it. */
    static final String ISSUE_SECRET = "MPSTREAM_ISSUE_SECRET";

    /** Variable of the environment with the key of the upstream that a responder asks; no option, and the streamer has no use for it. */
    static final String UPSTREAM_KEY = "MPSTREAM_UPSTREAM_KEY";

    private Secret() {
    }

    /** The secret in the file, without the line end that editors put there; else the one in the environment. */
    static Optional<byte[]> find(Optional<Path> file, String fromEnvironment) {
        if (file.isEmpty()) {
            return Optional.ofNullable(fromEnvironment).map(text -> text.getBytes(StandardCharsets.UTF_8));
        }
        byte[] content = read(file.get());
        int length = content.length;
        while (length > 0 && (content[length - 1] == '\n' || content[length - 1] == '\r')) {
            length--;
        }
        return Optional.of(Arrays.copyOf(content, length));
    }

    /**
     * Reads a file that is its owner's alone.
     *
     * @throws StartupException if it cannot be read, or others can read it
     */
    public static byte[] read(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            if (!PrivateFiles.isPrivate(file)) {
                throw new StartupException("others can read the secret in " + file + "; take that from them: chmod 600 " + file);
            }
            return content;
        } catch (IOException e) {
            throw new StartupException("cannot read the secret in " + file + ": " + StartupException.reason(e), e);
        }
    }
}
