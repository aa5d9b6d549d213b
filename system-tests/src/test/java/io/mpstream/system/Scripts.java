package io.mpstream.system;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** The responder that does what its query says. */
final class Scripts {
    private Scripts() {
    }

    /** Its source file. */
    static Path file() {
        try {
            return Path.of(Scripts.class.getResource("/Scripted.java").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
