package io.mpstream.streamer.auth;

import io.mpstream.files.PrivateFiles;
import io.mpstream.settings.Secret;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The server's own secret, from which a key for each purpose is derived: what was made for one is nothing for another. */
final class ServerKey {
    private static final int BYTES = 32;
    private static final String HMAC = "HmacSHA256";

    private final byte[] secret;

    private ServerKey(byte[] secret) {
        this.secret = secret;
    }

    /**
     * The key in this file, which is made when it is not there; one for this run only when there is no file.
     *
     * @throws io.mpstream.settings.StartupException if it cannot be read, or others can read it
     */
    static ServerKey of(Path file) {
        if (file == null) {
            return new ServerKey(random());
        }
        try {
            if (!Files.exists(file)) {
                PrivateFiles.create(file, random());
            }
        } catch (FileAlreadyExistsException e) {
            // Another streamer has just made it.
        } catch (IOException e) {
            throw new StartupException("cannot make the server's key " + file + ": " + e.getMessage(), e);
        }
        byte[] secret = Secret.read(file);
        if (secret.length != BYTES) {
            throw new StartupException("the server's key " + file + " is damaged; without it a new one is made, and tickets and issued tokens are void");
        }
        return new ServerKey(secret);
    }

    private static byte[] random() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    /** The key for this purpose. */
    byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
