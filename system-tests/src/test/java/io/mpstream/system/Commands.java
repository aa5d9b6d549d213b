package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Programs of the operating system. */
final class Commands {
    private static final int NOT_THERE = 127;

    private Commands() {
    }

    /** Runs one silently and returns its exit code; 127 if there is none of that name. */
    static int run(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            return NOT_THERE;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs one and returns what it prints. */
    static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal, by its name. One that has gone gets none. */
    static void signal(ProcessHandle process, String name) {
        run("kill", "-" + name, Long.toString(process.pid()));
    }
}
