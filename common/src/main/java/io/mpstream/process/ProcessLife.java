package io.mpstream.process;

import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process, from its command line to its exit code: 0 when it was asked to stop, 130 when Ctrl-C asked, 1 when it broke, 2 when it
 * could not start for a reason that the user can mend, told in one line.
 *
 * <p>Under run.sh it takes its orders from there ({@link Supervisor}): a signal may have gone to all processes of a group or service at once,
 * and run.sh knows in which order they stop. When no order follows on a signal, it was for this process alone.
 */
public final class ProcessLife {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessLife.class);
    private static final int BROKEN = 1;
    private static final int REFUSED = 2;
    private static final int INTERRUPTED = 130;
    private static final String INTERRUPT = "INT";
    /** How long a signal waits for run.sh to say what it means. */
    private static final long ORDER_S = 5;
    /** Nobody waits for longer when all that is served has gone. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);
    /** For the last words of a process to be read. */
    private static final Duration LAST_WORDS_MAX = Duration.ofSeconds(1);

    private final String role;
    private final boolean isSupervised = Supervisor.isThere(System.getenv());
    /** Null without one. */
    private Supervisor supervisor;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ordered = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread main = Thread.currentThread();
    /** Whether it serves, and must be closed. */
    private volatile boolean isLive;
    /** Guarded by this. */
    private boolean isDraining;
    private volatile boolean isOwnExit;
    private volatile int status;
    private PrintStream out = System.out;
    private volatile Duration patience = CLOSE_MAX;

    private static volatile Terminal[] terminals = {};

    /**
     * A process that runs until it is stopped.
     *
     * @param address  where clients find it, or an empty string if it has no clients of its own
     * @param draining before it stops on a signal
     * @param parts    closed in this order when it stops
     */
    public record Running(String address, Draining draining, AutoCloseable... parts) implements AutoCloseable {
        /** Stops it, in order. */
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
    }

    /** What is done between the signal and the end. */
    public interface Draining {
        /**
         * Lets those who are served go on for a while, and returns when they have gone.
         *
         * @throws InterruptedException if it is to stop at once
         */
        void drain() throws InterruptedException;
    }

    /** A process made of parts that nobody has to be warned of, closed in this order when it stops. */
    public static Running running(AutoCloseable... parts) {
        return running("", () -> { }, parts);
    }

    /** The same of parts that are to be drained before. */
    public static Running running(String address, Draining draining, AutoCloseable... parts) {
        return new Running(address, draining, parts);
    }

    private ProcessLife(String role) {
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
        ProcessLife process = new ProcessLife(role);
        process.exit(process.life(args, launch));
    }

    private void exit(int code) {
        isOwnExit = true;
        sayLastWords();
        System.exit(code);
    }

    private static void sayLastWords() {
        for (Terminal terminal : terminals) {
            terminal.drain(LAST_WORDS_MAX);
        }
    }

    private int life(String[] args, Function<Settings, Running> launch) {
        terminals = Terminal.take(isSupervised);
        out = System.out;
        try {
            begin();
            Settings settings = Settings.parse(args, System.getenv());
            if (settings.isHelp()) {
                out.print(Settings.help());
                return 0;
            }
            LogForm.take(settings);
            return live(settings, launch);
        } catch (StartupException e) {
            return refuse(e.getMessage());
        } catch (Throwable t) {
            LOG.error("{} cannot start", role, t);
            return BROKEN;
        }
    }

    private void begin() {
        ExitTrace.begin();
        Runtime.getRuntime().addShutdownHook(new Thread(this::onExit, role + "-exit"));
        Signals.handle(this::onSignal, "TERM", INTERRUPT, "HUP");
        if (isSupervised) {
            supervisor = Supervisor.listen(role, new Orders());
        }
    }

    private int live(Settings settings, Function<Settings, Running> launch) throws InterruptedException {
        try (Running running = launch.apply(settings)) {
            patience = settings.drainTimeout().plus(CLOSE_MAX);
            isLive = true;
            tellReady(running.address(), settings);
            stop.await();
            drain(running);
        } finally {
            closed.countDown();
        }
        return status;
    }

    private void drain(Running running) {
        try {
            if (isDraining()) {
                running.draining().drain();
            }
        } catch (InterruptedException e) {
            LOG.info("stopping at once");
        } finally {
            endDrain();
        }
    }

    private synchronized boolean isDraining() {
        return isDraining;
    }

    /** What comes next is not to be cut short. */
    private synchronized void endDrain() {
        isDraining = false;
        Thread.interrupted();
    }

    /** A drain that goes on is cut short by whoever asks again, but for an order that comes late. */
    private synchronized void askToStop(boolean drains, boolean isOrder) {
        if (isDraining) {
            if (!isOrder) {
                main.interrupt();
            }
        } else if (stop.getCount() > 0) {
            isDraining = drains;
            stop.countDown();
        }
    }

    private void tellReady(String address, Settings settings) {
        List<String> hints = address.isEmpty() ? List.of() : hints(address, settings);
        if (supervisor != null) {
            hints.forEach(hint -> supervisor.tell("hint", hint));
            supervisor.tell("ready", address);
        } else if (address.isEmpty()) {
            out.println("The " + role + " is ready. Ctrl-C stops it.");
        } else {
            out.println("MPStream is ready at " + address);
            hints.forEach(out::println);
            out.println("Ctrl-C stops it.");
        }
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
        if (supervisor != null) {
            line.lines().forEach(part -> supervisor.tell("refused", part));
        } else {
            System.err.println("mpstream " + role + ": " + line);
        }
        return REFUSED;
    }

    /** On a thread of the JVM's. */
    private void onSignal(String name) {
        try {
            if (supervisor != null && ordered.await(ORDER_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop(true, false, name.equals(INTERRUPT) ? INTERRUPTED : 0);
    }

    /** Has all be closed, and sees to it that it is. Any thread but the main one. */
    private void stop(boolean drains, boolean isOrder, int code) {
        if (!isLive) {
            exit(code);
        }
        status = code;
        askToStop(drains, isOrder);
        try {
            // Counted, not read off a clock: all of this may be stopped, and go on later.
            boolean isClosed = closed.getCount() == 0;
            for (long left = patience.toSeconds() + 1; left > 0 && !isClosed; left--) {
                isClosed = closed.await(1, TimeUnit.SECONDS);
            }
            if (!isClosed) {
                LOG.error("the {} does not stop, and is ended; it was at {}", role, List.of(main.getStackTrace()));
                halt(BROKEN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What run.sh says. */
    private final class Orders implements Supervisor.Listener {
        @Override
        public void drain() {
            ordered.countDown();
            Thread.ofPlatform().name(role + "-drain").daemon().start(() -> stop(true, true, 0));
        }

        @Override
        public void stay() {
            ordered.countDown();
        }

        @Override
        public void gone() {
            ordered.countDown();
            stop(false, false, 0);
        }
    }

    /** The virtual machine ends. When that was nobody's business here, a responder or a library of its has ended it, which looks like a stop as asked. */
    private void onExit() {
        if (isOwnExit) {
            return;
        }
        String where = ExitTrace.caller().map(frame -> " at " + frame).orElse("");
        String what = "System.exit was called" + where + ", not by MPStream: a responder must throw, or return";
        if (isLive) {
            LOG.error("the {} ends: {}", role, what);
            halt(BROKEN);
        }
        refuse(what);
        halt(REFUSED);
    }

    private static void halt(int code) {
        sayLastWords();
        Runtime.getRuntime().halt(code);
    }

    /** Ends the process at once after something broke that nothing can mend; run.sh starts it again. Any thread. */
    public static void die(String what, Throwable cause) {
        LOG.error("{} broke, the process ends", what, cause);
        halt(BROKEN);
    }

    /** Ends the process at once for a reason outside it, so that run.sh starts it anew. Any thread. */
    public static void die(String why) {
        LOG.error("{}: the process ends", why);
        halt(BROKEN);
    }
}
