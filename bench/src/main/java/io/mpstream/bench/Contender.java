package io.mpstream.bench;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who is measured. */
enum Contender {
    /** This project as it ships: {@code run.sh}, two JVMs, durable journals, defaults. */
    MPSTREAM("MPStream"),
    /** {@link Ceiling}. */
    CEILING("ceiling"),
    /** {@link Limit}. */
    LIMIT("limit"),
    /** {@link PlainPort}. */
    PLAIN_PORT("plain port"),
    /** Node's {@code http}, one process, nothing stored. */
    NODE("Node http");

    /** The system property that names the folder of this project. */
    static final String ROOT = "bench.root";

    private static final String ROLE = "-Dbench.role=";

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    /** What it is called in the table. */
    String title() {
        return title;
    }

    /**
     * The command that starts it.
     *
     * @param root    of this project
     * @param scratch a folder of its own
     * @param port    to listen on
     * @param options more options, for this project alone
     */
    List<String> command(Path root, Path scratch, int port, String... options) {
        return switch (this) {
            case MPSTREAM -> Stream.concat(Stream.of("bash", root.resolve("run.sh").toString(), "--server-port", Integer.toString(port),
                    "--data-dir", scratch.resolve("data").toString(), "--drain-timeout", "0s",
                    "--responder", BenchResponder.class.getName(), "--responder-path", jar()), Stream.of(options)).toList();
            case CEILING -> java(root, "server", Ceiling.class, Integer.toString(port));
            case LIMIT -> java(root, "server", Limit.class, Integer.toString(port));
            case PLAIN_PORT -> java(root, "server", PlainPort.class, Integer.toString(port));
            case NODE -> List.of("node", scratch.resolve("server.mjs").toString(), Integer.toString(port));
        };
    }

    /** The command of a JVM with this one's class path, which its role tells from others of the same main class. */
    static List<String> java(Path root, String role, Class<?> main, String argument) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + root.resolve("jvm.options"),
                ROLE + role, "-D" + ROOT + "=" + root, "-cp", System.getProperty("java.class.path"), main.getName(), argument);
    }

    /** The jar of the benchmark. */
    private static String jar() {
        return Path.of(URI.create(Contender.class.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }

    /** What the command line of each of its processes has in it, by role. */
    Map<String, String> roles() {
        return switch (this) {
            case MPSTREAM -> Map.of("producer", "-Dmpstream.role=producer", "streamer", "-Dmpstream.role=streamer");
            case CEILING, LIMIT -> Map.of("server", ROLE + "server");
            case PLAIN_PORT -> Map.of("server", ROLE + "server", "generator", ROLE + PlainPort.GENERATOR);
            case NODE -> Map.of("server", "server.mjs");
        };
    }
}
