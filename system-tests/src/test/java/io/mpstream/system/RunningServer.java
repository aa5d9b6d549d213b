package io.mpstream.system;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** run.sh and the processes that it started, with their data in a folder of their own. */
final class RunningServer implements AutoCloseable {
    static final Path RUN_SH = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().resolveSibling("run.sh");
    private static final Path CLASSES = Path.of(URI.create(RunningServer.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    static final String JAVA_OPTIONS = "MPSTREAM_JAVA_OPTS";
    /**
     * What the best compiler makes of a process that lives for seconds costs it a third of its processor time, and comes too late. That XNIO
     * can register with the JVM's management, which nobody asks here, costs a streamer a sixth of its start: so there is none.
     */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -Djavax.management.builder.initial=none";
    /** The environment of those that are measured: with all that the JVM can. */
    static final Map<String, String> AS_SHIPPED = Map.of(JAVA_OPTIONS, "");
    private static final String READY = "MPStream is ready at ";
    private static final int PORT_MIN = 20_000;
    private static final int PORTS = 10_000;
    /** Not the first one: somebody else may run these tests at the same time. */
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));
    private static final int STOP_S = 8;
    private static final int PREPARE_S = 120;

    static {
        prepare();
    }

    private final Process process;
    private final List<String> output = Collections.synchronizedList(new ArrayList<>());
    private final Thread reader;
    private URI address;

    private RunningServer(Process process) {
        this.process = process;
        reader = Thread.ofVirtual().start(this::read);
    }

    /** What run.sh does once a build, so that what a test reads from a start is all its own. */
    private static void prepare() {
        try {
            Process process = new ProcessBuilder("bash", RUN_SH.toString(), "--java").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(PREPARE_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroy();
                throw new IllegalStateException("run.sh could not prepare");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs run.sh with these arguments, in this folder; does not wait for anything. */
    static RunningServer run(Path folder, Map<String, String> environment, String... args) {
        return runUnder(List.of(), folder, environment, args);
    }

    /** The same under a command that runs another. */
    static RunningServer runUnder(List<String> wrapper, Path folder, Map<String, String> environment, String... args) {
        // What was started in the background, or by nohup, ignores signals, and so does all that it starts.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal"));
        command.addAll(wrapper);
        command.addAll(List.of("bash", RUN_SH.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        // Where the responders of the tests are.
        builder.environment().put("MPSTREAM_RESPONDER_PATH", CLASSES.toString());
        builder.environment().put(JAVA_OPTIONS, SHORT_LIVED);
        builder.environment().putAll(environment);
        return run(builder);
    }

    /** Runs another run.sh, of another version or place; does not wait for anything. */
    static RunningServer run(ProcessBuilder runSh) {
        try {
            return new RunningServer(runSh.redirectErrorStream(true).redirectInput(new File("/dev/null")).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts both processes on a free port and waits until they are ready. */
    static RunningServer start(Path folder, String... args) {
        return start(folder, Map.of(), args);
    }

    static RunningServer start(Path folder, Map<String, String> environment, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        if (!all.contains("--server-port")) {
            all.addAll(List.of("--server-port", Integer.toString(freePort())));
        }
        if (!all.contains("--drain-timeout")) {
            // close() is not to wait for viewers that a test has left behind.
            all.addAll(List.of("--drain-timeout", "0s"));
        }
        RunningServer server = run(folder, environment, all.toArray(String[]::new));
        return server.awaitReady();
    }

    /**
     * A port that nobody listens on; not 0, because a streamer that is started again must find the same one. The kernel gives ports as low as
     * these to nobody, and no other test gets the same: it stays free while a streamer is away.
     */
    static int freePort() {
        for (int i = 0; i < PORTS; i++) {
            int port = PORT_MIN + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                // Somebody has it: the next one.
            }
        }
        throw new IllegalStateException("all ports are in use");
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
            }
        } catch (IOException e) {
            output.add("(output ended: " + e.getMessage() + ")");
        }
    }

    /** Waits until both processes are ready. */
    RunningServer awaitReady() {
        Awaitility.await().atMost(60, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("did not start: " + output());
            }
            return output().stream().anyMatch(line -> line.startsWith(READY)) ? this : null;
        }, server -> server != null);
        String line = output().stream().filter(each -> each.startsWith(READY)).findFirst().orElseThrow();
        address = URI.create(line.substring(READY.length()));
        return this;
    }

    URI address() {
        return address;
    }

    /** A connection to the server. */
    Wire connect() {
        return new Wire(address.getPort());
    }

    List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    /** What it has said, but for how long a busy machine takes. */
    List<String> said() {
        return output().stream().filter(line -> !line.matches(".* (is not ready yet, after \\d+ s|takes long; queries wait meanwhile)")).toList();
    }

    /** The JVM of this role, alive now. */
    ProcessHandle jvm(String role) {
        return Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS).until(() -> jvms(role).findFirst(), java.util.Optional::isPresent).orElseThrow();
    }

    /** What the JVM of this role was started with, with blanks between. */
    String commandLine(String role) {
        return commandLine(jvm(role));
    }

    private Stream<ProcessHandle> jvms(String role) {
        return process.descendants().filter(ProcessHandle::isAlive)
                .filter(handle -> commandLine(handle).contains("-Dmpstream.role=" + role))
                .filter(handle -> !commandLine(handle).contains("run.sh"));
    }

    /** How many processes of this machine have this on their command line. */
    static long withArgument(String argument) {
        return ProcessHandle.allProcesses().filter(ProcessHandle::isAlive).filter(handle -> commandLine(handle).contains(argument)).count();
    }

    /** The kernel's own record: the standard library's may be cut short. */
    private static String commandLine(ProcessHandle handle) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(handle.pid()), "cmdline")).replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    /** kill -9 of one of the processes. */
    void kill(String role) {
        ProcessHandle handle = jvm(role);
        handle.destroyForcibly();
        handle.onExit().join();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Everything that this server started and that still runs. */
    List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).filter(ProcessHandle::isAlive).toList();
    }

    /** Waits for its end and returns the exit code. */
    int awaitExit() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + output());
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM, as an operator would; all must be gone soon. */
    @Override
    public void close() {
        List<ProcessHandle> all = processes();
        process.destroy();
        try {
            Awaitility.await().atMost(STOP_S, TimeUnit.SECONDS).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
