package io.mpstream.responders.exec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running command and all that it has started. {@link #close} ends them all, also those that do not listen. */
final class ProcessGroup implements AutoCloseable {
    private static final long PATIENCE_S = 5;
    /** Begins when it is on the leash, which the first line of its input says; without that line it never does. */
    private static final List<String> WHEN_HELD = List.of("sh", "-c", "read -r _ && exec \"$@\"", "sh");

    private final Process process;
    private final Leash leash;
    private final String group;

    private ProcessGroup(Process process, Leash leash) {
        this.process = process;
        this.leash = leash;
        this.group = (OwnSession.IS_THERE ? "-" : "") + process.pid();
    }

    /**
     * Starts a command.
     *
     * @throws IOException if there can be no more processes, or the like
     */
    static ProcessGroup start(List<String> command, Map<String, String> environment, Leash leash) throws IOException {
        List<String> all = new ArrayList<>(WHEN_HELD);
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(OwnSession.of(all.toArray(String[]::new)));
        builder.environment().clear();
        builder.environment().putAll(environment);
        ProcessGroup started = new ProcessGroup(builder.start(), leash);
        try {
            leash.hold(started.group);
            started.input().write('\n');
            started.input().flush();
            return started;
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    InputStream output() {
        return process.getInputStream();
    }

    BufferedReader errors() {
        return process.errorReader(StandardCharsets.UTF_8);
    }

    /** Done when the command itself has ended. */
    CompletableFuture<Process> exit() {
        return process.onExit();
    }

    /** What the command has ended with; as if killed while it has not. */
    int exitValue() {
        return process.isAlive() ? 128 + 9 : process.exitValue();
    }

    /** How the command ended, in words; null if that was well. */
    static String failure(int exit) {
        if (exit == 0) {
            return null;
        }
        int signal = exit - 128;
        return "exit " + exit + (signal > 0 && signal < 64 ? " (signal " + signal + ")" : "");
    }

    /** Kills the command, if it still runs, and all that it has started. */
    void kill() {
        leash.signal("KILL", group);
    }

    /** Asks it to end, and ends it and all that it has started when it does not within five seconds. Not interruptible. */
    @Override
    public void close() {
        if (process.isAlive()) {
            leash.signal("TERM", group);
            awaitExit();
        }
        leash.free(group);
        awaitExit();
    }

    private void awaitExit() {
        boolean isInterrupted = Thread.interrupted();
        try {
            process.onExit().get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // Those who do not listen are killed next; what a kill does not end either waits in the kernel.
        } catch (InterruptedException e) {
            isInterrupted = true;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
