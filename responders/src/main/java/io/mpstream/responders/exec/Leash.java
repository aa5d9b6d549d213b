package io.mpstream.responders.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Ends processes when this JVM has gone, however it went. A shell of its own session is told of each process group, reads from a pipe that ends
 * with this JVM, and then kills what is left. What a command has started in turn is in its group and ends with it; what has made itself a group or
 * session of its own does not. Any thread.
 */
final class Leash implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            held=
            while read -r what group; do
              case $what in
                hold) held="$held $group" ;;
                free) rest=
                  for each in $held; do [ "$each" = "$group" ] || rest="$rest $each"; done
                  held=$rest ;;
                *) kill -s "$what" -- "$group" ;;
              esac
            done 2>/dev/null
            for group in $held; do kill -s KILL -- "$group"; done 2>/dev/null
            """;

    private final Set<String> held = new LinkedHashSet<>();
    private Process shell;

    /** Has a group killed when this JVM has gone; before the command in it begins. */
    synchronized void hold(String group) {
        held.add(group);
        tell("hold " + group);
    }

    /** Sends a signal to all processes of a group. */
    synchronized void signal(String signal, String group) {
        tell(signal + " " + group);
    }

    /** Kills what is left of a group, which is not held any more. */
    synchronized void free(String group) {
        held.remove(group);
        tell("KILL " + group + "\nfree " + group);
    }

    private void tell(String line) {
        try {
            if (shell == null) {
                start();
            }
            write(line);
        } catch (IOException e) {
            restart(line, e);
        }
    }

    /** Somebody has killed the shell: what it knew is told to another one. */
    private void restart(String line, IOException why) {
        try {
            start();
            for (String group : held) {
                write("hold " + group);
            }
            write(line);
        } catch (IOException e) {
            e.addSuppressed(why);
            throw new UncheckedIOException("the shell that ends commands with this process cannot be started", e);
        }
    }

    private void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(OwnSession.of("sh", "-c", SCRIPT));
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        shell = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private void write(String line) throws IOException {
        shell.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        shell.getOutputStream().flush();
    }

    /** Ends all that is held. */
    @Override
    public synchronized void close() {
        if (shell != null) {
            try {
                shell.getOutputStream().close();
            } catch (IOException e) {
                // The shell has gone already.
                return;
            }
        }
    }
}
