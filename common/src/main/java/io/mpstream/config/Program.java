package io.mpstream.config;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process, from its command line to its exit code: 0 when it was asked to stop, 1 when it broke, 2 when it
 * could not start for a reason that the user can mend, told in one line.
 *
 * <p>Under run.sh, which says so by a variable in the environment, standard output carries one line an event
 * ({@code hint}, {@code ready}, {@code refused}) and the end of standard input means that run.sh has gone, whatever killed it:
 * the process then stops, so none is ever left behind.
 */
public final class Program {
    /** The variable of the environment that says that run.sh watches this process. */
    static final String SUPERVISED = "MPSTREAM_SUPERVISED";

    private static final Logger LOG = LoggerFactory.getLogger(Program.class);
    private static final int BROKEN = 1;
    private static final int REFUSED = 2;
    /** Nobody waits for longer when all that is served has gone. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final String role;
    private final boolean isSupervised = System.getenv(SUPERVISED) != null;
    private final PrintStream out = System.out;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread main = Thread.currentThread();
    private volatile boolean isSignalled;
    private volatile boolean isDraining;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** A process that runs until it is stopped. */
    public interface Running extends AutoCloseable {
        /** Where clients find it, or an empty string if it has no clients of its own. */
        String address();

        /**
         * Lets those who are served go on for a while, and returns when they have gone.
         *
         * @throws InterruptedException if it is to stop at once
         */
        void drain() throws InterruptedException;

        /** Stops it, in order. */
        @Override
        void close();
    }

    /** What is done between the signal and the end. */
    public interface Draining {
        /** See {@link Running#drain}. */
        void drain() throws InterruptedException;
    }

    /** A process made of parts that nobody has to be warned of. */
    public static Running running(AutoCloseable... parts) {
        return running("", () -> { }, parts);
    }

    /**
     * A process made of parts.
     *
     * @param address  where clients find it, or an empty string
     * @param draining before it stops on a signal
     * @param parts    closed in this order when it stops
     */
    public static Running running(String address, Draining draining, AutoCloseable... parts) {
        return new Running() {
            @Override
            public String address() {
                return address;
            }

            @Override
            public void drain() throws InterruptedException {
                draining.drain();
            }

            @Override
            public void close() {
                for (AutoCloseable part : parts) {
                    try {
                        part.close();
                    } catch (Exception e) {
                        LOG.warn("closing {} failed; the rest is closed all the same", part, e);
                    }
                }
            }
        };
    }

    private Program(String role) {
        this.role = role;
    }

    /**
     * Runs a process; returns never.
     *
     * @param role   what it is called
     * @param args   its command line
     * @param launch starts it
     */
    public static void run(String role, String[] args, Function<Settings, Running> launch) {
        System.exit(new Program(role).life(args, launch));
    }

    private int life(String[] args, Function<Settings, Running> launch) {
        if (isSupervised) {
            // Events go to run.sh; whatever a responder prints goes where the log goes.
            System.setOut(System.err);
        }
        try {
            Settings settings = Settings.parse(args, System.getenv());
            if (settings.isHelp()) {
                out.print(Settings.help());
                return 0;
            }
            return live(settings, launch);
        } catch (Refusal e) {
            return refuse(e.getMessage());
        } catch (Throwable t) {
            LOG.error("{} cannot start", role, t);
            return BROKEN;
        }
    }

    private int live(Settings settings, Function<Settings, Running> launch) throws InterruptedException {
        try (Running running = launch.apply(settings)) {
            long patienceMs = settings.drainTimeout().plus(CLOSE_MAX).toMillis();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(patienceMs), role + "-signal"));
            if (isSupervised) {
                Thread.ofPlatform().name("leash").daemon().start(this::awaitEndOfInput);
            }
            tellReady(running.address(), settings);
            stop.await();
            if (isSignalled) {
                drain(running);
            }
        } finally {
            closed.countDown();
        }
        return 0;
    }

    private void drain(Running running) {
        isDraining = true;
        try {
            running.drain();
        } catch (InterruptedException e) {
            LOG.info("stopping at once");
        } finally {
            isDraining = false;
            // What comes next is not to be cut short.
            Thread.interrupted();
        }
    }

    private void tellReady(String address, Settings settings) {
        List<String> hints = address.isEmpty() ? List.of() : hints(address, settings);
        if (isSupervised) {
            hints.forEach(hint -> out.println("mpstream hint " + role + " " + hint));
            out.println("mpstream ready " + role + " " + address);
        } else if (address.isEmpty()) {
            out.println("The " + role + " is ready. Ctrl-C stops it.");
        } else {
            out.println("MPStream is ready at " + address);
            hints.forEach(out::println);
            out.println("Ctrl-C stops it.");
        }
        out.flush();
    }

    /** What to type to see it work. */
    private static List<String> hints(String address, Settings settings) {
        String insecure = settings.isTlsSelfSigned() ? "k" : "";
        String query = address + "/%E9%86%92%E9%86%92%EF%BC%8CNeo";
        if (!settings.auth().isRequired()) {
            return List.of("Try:  curl -N" + insecure + " " + query);
        }
        String ask = "curl -N" + insecure + " -H \"Authorization: Bearer $token\" " + query;
        return !settings.auth().isIssuing() ? List.of("Try:  " + ask)
                : List.of("Try:  token=$(curl -s" + insecure + " " + address + "/generate_token -d '{\"user_id\": \"User1\"}' | cut -d'\"' -f4)",
                        "      " + ask);
    }

    private int refuse(String line) {
        if (isSupervised) {
            line.lines().forEach(part -> out.println("mpstream refused " + role + " " + part));
            out.flush();
        } else {
            System.err.println("mpstream " + role + ": " + line);
        }
        return REFUSED;
    }

    /** On a signal: the virtual machine ends when this returns, so it waits until all is closed. */
    private void stopAndWait(long patienceMs) {
        isSignalled = true;
        stop.countDown();
        try {
            if (!closed.await(patienceMs, TimeUnit.MILLISECONDS)) {
                LOG.error("the {} does not stop, and is ended; it was at {}", role, List.of(main.getStackTrace()));
                Runtime.getRuntime().halt(BROKEN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever written to it.
            }
        } catch (IOException e) {
            LOG.debug("standard input broke, which means the same as its end", e);
        }
        stop.countDown();
        if (isDraining) {
            main.interrupt();
        }
    }

    /** Ends the process at once after something broke that nothing can mend; run.sh starts it again. Any thread. */
    public static void die(String what, Throwable cause) {
        LOG.error("{} broke, the process ends", what, cause);
        Runtime.getRuntime().halt(BROKEN);
    }
}
