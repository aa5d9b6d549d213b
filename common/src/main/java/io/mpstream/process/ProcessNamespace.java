package io.mpstream.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where process ids mean the same (pid_namespaces(7)): a container has one of its own as a rule. Processes of two cannot tell whether the other
 * lives, and the journals' locks are process ids.
 */
final class ProcessNamespace {
    private static final Path LINK = Path.of("/proc/self/ns/pid");
    /** Each running kernel has another: the first namespaces of all machines have the same number. */
    private static final Path KERNEL = Path.of("/proc/sys/kernel/random/boot_id");

    private ProcessNamespace() {
    }

    /** The name of this process's, without spaces; empty where there is none, or it cannot be told. */
    static String own() {
        try {
            return Files.readSymbolicLink(LINK) + "@" + Files.readString(KERNEL).strip();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
