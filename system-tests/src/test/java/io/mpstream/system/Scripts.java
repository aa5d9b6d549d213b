package io.mpstream.system;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** The responders that do what their query says. */
final class Scripts {
    private Scripts() {
    }

    /** The source file of Scripted. */
    static Path file() {
        return file("/Scripted.java");
    }

    /** The source file of Observed, which tells in a file what became of an answer. */
    static Path observed() {
        return file("/Observed.java");
    }

    /** The source of a client. */
    static Path client(String name) {
        return file("/clients/" + name);
    }

    private static Path file(String name) {
        try {
            return Path.of(Scripts.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
