package io.mpstream.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One contender's processes, in a folder of their own, which goes with them. */
final class RunningContender implements AutoCloseable {
    /** The role of this process. */
    static final String CLIENT = "client";

    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
    private static final long START_S = 30;
    private static final long STOP_S = 10;
    private static final long LOOK_MS = 2;

    private final Contender contender;
    private final Path scratch;
    private final Process process;
    private final InetSocketAddress address;
    /** Found once a start: to look for them takes long enough to show. */
    private SequencedMap<String, Long> pids = new TreeMap<>();
    private final Thread onExit = new Thread(this::stop, "stop");
    private final boolean wantsToken;
    private String token;

    private RunningContender(Contender contender, Path scratch, Process process, InetSocketAddress address, boolean wantsToken) {
        this.wantsToken = wantsToken;
        this.contender = contender;
        this.scratch = scratch;
        this.process = process;
        this.address = address;
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** Starts it; it need not be ready when this returns. */
    static RunningContender start(Contender contender, Path root, String... options) throws IOException {
        return start(contender, root, Processors.ALL, options);
    }

    /** The same, with processors of its own. */
    static RunningContender start(Contender contender, Path root, Processors processors, String... options) throws IOException {
        Path scratch = Files.createTempDirectory(Files.createDirectories(root.resolve("bench/target/scratch")), contender.name());
        if (contender == Contender.NODE) {
            try (InputStream script = RunningContender.class.getResourceAsStream("server.mjs")) {
                Files.copy(script, scratch.resolve("server.mjs"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        Process process = processors.builder(contender.command(root, scratch, address.getPort(), options))
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("output").toFile())
                .start();
        return new RunningContender(contender, scratch, process, address, List.of(options).contains("--issue-tokens"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    Contender contender() {
        return contender;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Waits until it answers a short query, and returns when that was. */
    long awaitAnswer() throws IOException, InterruptedException {
        long giveUpNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_S);
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() - giveUpNs >= 0) {
                throw new IOException(contender.title() + " does not answer: " + output());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        long answeredNs = System.nanoTime();
        pids = findPids();
        if (!pids.keySet().equals(contender.roles().keySet())) {
            throw new IOException("of " + contender.title() + " only these processes run: " + pids.keySet());
        }
        return answeredNs;
    }

    /** Header fields that each request must have. */
    String[] credentials() {
        return token == null ? new String[0] : new String[] {"Authorization: Bearer " + token};
    }

    /** Sends the token of another start with each request from now on, or none. */
    void carry(RunningContender other) {
        token = other == null ? null : other.token;
    }

    private void fetchToken() throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            String body = "{\"user_id\":\"bench\"}";
            socket.getOutputStream().write(("POST /generate_token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher found = TOKEN.matcher(response);
            if (!found.find()) {
                throw new IOException("no token: " + response);
            }
            token = found.group(1);
        }
    }

    /** Whether the first character of an answer comes. */
    private boolean answers() {
        return answers("/short", Work.SHORT.charAt(0));
    }

    /** Whether this character comes, as the first of an answer, and in a chunk of its own. */
    boolean answers(String target, char first) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(START_S));
            if (wantsToken && token == null) {
                fetchToken();
            }
            String more = token == null ? "" : credentials()[0] + "\r\n";
            socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder got = new StringBuilder();
            for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
                got.append((char) b);
                if (b == first && got.indexOf("\r\n\r\n1\r\n" + first) > 0) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** The processes that do the work, by role, as they were when it last answered. */
    SequencedMap<String, Long> pids() {
        return pids;
    }

    private SequencedMap<String, Long> findPids() {
        SequencedMap<String, Long> pids = new TreeMap<>();
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).filter(ProcessHandle::isAlive).forEach(handle -> {
            String line = commandLine(handle.pid());
            contender.roles().forEach((role, mark) -> {
                if (line.contains(mark) && !line.contains("run.sh")) {
                    pids.put(role, handle.pid());
                }
            });
        });
        return pids;
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    /** What each of its processes has used, by role, and the load client, which is this process. */
    SequencedMap<String, Usage> usage() {
        SequencedMap<String, Usage> usage = new TreeMap<>();
        usage.put(CLIENT, Usage.of(ProcessHandle.current().pid()));
        pids.forEach((role, pid) -> usage.put(role, Usage.of(pid)));
        return usage;
    }

    /** kill -9 of the process of this role. */
    void kill(String role) {
        ProcessHandle handle = ProcessHandle.of(pids.get(role)).orElseThrow();
        handle.destroyForcibly();
        // To wait for its exit by a future would take 300 ms: it is no child of this process, and looked at as seldom.
        while (handle.isAlive()) {
            Thread.onSpinWait();
        }
    }

    /** What its processes have said so far. */
    String output() {
        try {
            return Files.readString(scratch.resolve("output"));
        } catch (IOException e) {
            return "nothing that can be read, " + e;
        }
    }

    /** Stops all its processes and deletes its folder. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // This process is being ended, and the hook found nothing left to do.
        }
    }

    private synchronized void stop() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        process.destroy();
        long giveUpNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_S);
        while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() - giveUpNs < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
        }
        all.forEach(ProcessHandle::destroyForcibly);
        if (!Files.exists(scratch)) {
            return;
        }
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("cannot delete " + scratch + ": " + e);
        }
    }
}
