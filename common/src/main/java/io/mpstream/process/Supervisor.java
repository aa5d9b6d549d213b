package io.mpstream.process;

import io.mpstream.settings.StartupException;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * run.sh, where it watches this process. Two pipes lead there, as descriptors that children of this process do not get: one takes events, a
 * line each; the other brings words, a line each, and its end means that run.sh has gone, whatever killed it.
 */
final class Supervisor {
    /** The variable of the environment that says that there is one. */
    static final String VARIABLE = "MPSTREAM_SUPERVISED";

    private static final String EVENTS = "/dev/fd/3";
    private static final String WORDS = "/dev/fd/4";
    /** A pipe is opened at once, unless nobody is at its other end any more. */
    private static final long OPEN_S = 5;

    private final String role;
    private final PrintStream events;
    private final BufferedReader words;

    /** What is done about the words. Called on one thread. */
    interface Listener {
        /** Clients may read on for a while, then this process is to stop. */
        void drain();

        /** Another process stops first; this one goes on until it hears more, whatever signal may have come. */
        void stay();

        /** There is no supervisor any more: this process is to stop. */
        void gone();
    }

    private Supervisor(String role, PrintStream events, BufferedReader words) {
        this.role = role;
        this.events = events;
        this.words = words;
    }

    /** Whether the environment says that there is one. */
    static boolean isThere(Map<String, String> environment) {
        return environment.containsKey(VARIABLE);
    }

    /**
     * Opens the pipes, and listens.
     *
     * @throws StartupException if there is nobody at their other ends
     */
    static Supervisor listen(String role, Listener listener) {
        CompletableFuture<Supervisor> opened = new CompletableFuture<>();
        Thread.ofPlatform().name("leash").daemon().start(() -> run(role, opened, listener));
        try {
            return opened.get(OPEN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartupException("run.sh, which started this process, cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while it started", e);
        }
    }

    private static void run(String role, CompletableFuture<Supervisor> opened, Listener listener) {
        try (PrintStream events = new PrintStream(new FileOutputStream(EVENTS), true, StandardCharsets.UTF_8);
                BufferedReader words = new BufferedReader(new InputStreamReader(new FileInputStream(WORDS), StandardCharsets.US_ASCII))) {
            Supervisor supervisor = new Supervisor(role, events, words);
            opened.complete(supervisor);
            supervisor.hear(listener);
        } catch (IOException | UncheckedIOException e) {
            opened.completeExceptionally(e);
        }
        // A pipe that broke means the same as one that ended.
        listener.gone();
    }

    private void hear(Listener listener) throws IOException {
        for (String word = words.readLine(); word != null; word = words.readLine()) {
            switch (word) {
                case "drain" -> listener.drain();
                case "stay" -> listener.stay();
                default -> {
                    // Of a newer run.sh.
                }
            }
        }
    }

    /** Tells an event. Any thread. */
    void tell(String event, String text) {
        events.println(event + " " + role + " " + text);
    }
}
