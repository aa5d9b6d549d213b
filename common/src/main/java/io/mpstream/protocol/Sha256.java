package io.mpstream.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests: of a stream's text, and of what is told from others by it. */
public final class Sha256 {
    /** Looked up once, and never fed: clones of it are. */
    private static final MessageDigest NOTHING = find();

    private Sha256() {
    }

    private static MessageDigest find() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A digest of nothing yet, for one thread. */
    public static MessageDigest start() {
        try {
            return (MessageDigest) NOTHING.clone();
        } catch (CloneNotSupportedException e) {
            // Of a provider whose digests cannot be copied.
            return find();
        }
    }

    /** The digest of these bytes, as 64 lower-case hexadecimal digits. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(start().digest(bytes));
    }
}
