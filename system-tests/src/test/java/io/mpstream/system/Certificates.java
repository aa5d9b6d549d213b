package io.mpstream.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates and keys as openssl writes them. */
final class Certificates {
    private static final int OPENSSL_S = 30;

    private Certificates() {
    }

    /** A certificate of this name, and its key. */
    record Pair(Path certificate, Path key) {
        /** Puts these files in the place of others, each in one step, as renewing tools do. */
        void replace(Pair other) throws IOException {
            move(certificate, other.certificate);
            move(key, other.key);
        }

        private static void move(Path from, Path to) throws IOException {
            Path beside = Files.copy(from, to.resolveSibling(to.getFileName() + ".new"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static Pair rsa(Path folder, String name) throws IOException {
        return make(folder, name, "rsa:2048");
    }

    static Pair elliptic(Path folder, String name) throws IOException {
        return make(folder, name, "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    }

    static Pair edwards(Path folder, String name) throws IOException {
        return make(folder, name, "ed25519");
    }

    private static Pair make(Path folder, String name, String... kind) throws IOException {
        Pair pair = new Pair(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
        List<String> args = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", pair.key.toString(), "-out", pair.certificate.toString(), "-newkey"));
        args.addAll(List.of(kind));
        openssl(args.toArray(String[]::new));
        return pair;
    }

    private static void openssl(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(args));
        Process process = null;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            assumeTrue(false, "openssl is not installed; apt-get install openssl");
        }
        try {
            if (!process.waitFor(OPENSSL_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(command + " failed");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }
}
