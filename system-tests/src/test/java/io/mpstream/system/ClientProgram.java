package io.mpstream.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A program of somebody else, as it is installed here; where it is not, the test is skipped and says how to get it. */
final class ClientProgram implements AutoCloseable {
    private static final int EXIT_S = 60;
    /** How long a program may take to put away what it has. */
    private static final int LEAVE_S = 5;
    private static final int NODE_MIN = 20;
    private static final String NODE_MODULES = "mpstream.node.modules";
    /** The property with the version of the plug-in that finds a program's jars. */
    private static final String DEPENDENCY_PLUGIN = "mpstream.dependency.plugin";

    private final Process process;
    private final StringBuffer output = new StringBuffer();
    private final Thread reader;

    private ClientProgram(Process process) {
        this.process = process;
        reader = Thread.ofVirtual().start(this::read);
    }

    /** Starts it; what it prints, errors too, is collected. */
    static ClientProgram start(String packageName, String... command) {
        return start(packageName, Map.of(), command);
    }

    static ClientProgram start(String packageName, Map<String, String> environment, String... command) {
        assumeInstalled(command[0], packageName);
        List<String> line = new ArrayList<>(List.of(command));
        line.set(0, find(command[0]));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        // No proxy of the user's between this and the server.
        builder.environment().keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().putAll(environment);
        if (modules() != null) {
            builder.environment().put("NODE_PATH", modules().toString());
        }
        try {
            return new ClientProgram(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ClientProgram curl(String... args) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-N", "--max-time", Integer.toString(EXIT_S)));
        command.addAll(List.of(args));
        return start("curl", command.toArray(String[]::new));
    }

    /** Node with one of the scripts in resources/clients. */
    static ClientProgram node(String script, String... args) {
        List<String> command = new ArrayList<>(List.of("node", source(script).toString()));
        command.addAll(List.of(args));
        return start("nodejs", command.toArray(String[]::new));
    }

    /** Node with one of the scripts that import packages, which Node looks for in folders above them. */
    static ClientProgram module(String script, String... args) {
        assumeInstalled("node", "nodejs");
        String version = Commands.output(find("node"), "--version").strip();
        assumeTrue(Integer.parseInt(version.replaceAll("v(\\d+).*", "$1")) >= NODE_MIN, "node " + version + " is too old for these packages");
        linkModules(source(script));
        return node(script, args);
    }

    private static void linkModules(Path script) {
        try {
            Path link = script.resolveSibling("node_modules");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, modules());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Vitest with one of the scripts in resources/clients, which are tests there. */
    static ClientProgram vitest(String script, Map<String, String> environment, String... args) {
        assumeInstalled("node", "nodejs");
        Path vitest = moduleFile("vitest", "vitest.mjs");
        linkModules(source(script));
        List<String> command = new ArrayList<>(List.of("node", vitest.toString(), "run", script, "--root", source(script).getParent().toString()));
        command.addAll(List.of(args));
        return start("nodejs", environment, command.toArray(String[]::new));
    }

    /** Java with one of the programs in resources/clients/jvm, and with the jars that the pom of its name asks for. */
    static ClientProgram java(String program, String... args) {
        assumeInstalled("mvn", "maven");
        Path source = source("jvm/" + program);
        Path jars = source.resolveSibling(program + ".jars");
        String goal = "org.apache.maven.plugins:maven-dependency-plugin:" + System.getProperty(DEPENDENCY_PLUGIN, "") + ":build-classpath";
        if (Files.notExists(jars) && Commands.run("mvn", "-B", "-f", source.toString().replace(".java", ".pom.xml"), goal.replace("::", ":"),
                "-Dmdep.includeScope=runtime", "-Dmdep.outputFile=" + jars) != 0) {
            throw new IllegalStateException("could not get the jars of " + program);
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-cp", read(jars), source.toString()));
        command.addAll(List.of(args));
        return start("a JDK", command.toArray(String[]::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source of a client, of those in resources/clients. */
    static Path source(String name) {
        try {
            return Path.of(ClientProgram.class.getResource("/clients/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where this program is; skips the test if it is not there. */
    static String path(String name, String packageName) {
        assumeInstalled(name, packageName);
        return find(name);
    }

    /** Skips the test unless this program is there. */
    static void assumeInstalled(String name, String packageName) {
        assumeTrue(find(name) != null, name + " is not installed; apt-get install " + packageName + " (.ci/run does)");
    }

    /** Where this program is, or null. Those for administrators need not be on everybody's path. */
    private static String find(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Arrays.stream(path.split(File.pathSeparator)).map(folder -> Path.of(folder).resolve(name))
                .filter(Files::isExecutable).map(Path::toString).findFirst().orElse(null);
    }

    /** Skips the test unless this npm package is there: in the folder that the property names, or where .ci/run puts it. */
    static void assumeModule(String name) {
        assumeTrue(modules() != null && Files.isDirectory(modules().resolve(name)),
                "the npm package " + name + " is not there; run npm ci in system-tests, or name a folder with -D" + NODE_MODULES);
    }

    /** A file of an npm package, which must be there. */
    static Path moduleFile(String name, String file) {
        assumeModule(name);
        return modules().resolve(name).resolve(file);
    }

    private static Path modules() {
        String named = System.getProperty(NODE_MODULES);
        Path folder = named == null ? RunningServer.RUN_SH.resolveSibling("system-tests").resolve("node_modules") : Path.of(named);
        return Files.isDirectory(folder) ? folder : null;
    }

    private void read() {
        try (InputStream in = process.getInputStream()) {
            byte[] bytes = new byte[8_192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                // As bytes: a character may come in two pieces.
                output.append(new String(bytes, 0, read, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            output.append("(output ended: ").append(e.getMessage()).append(')');
        }
    }

    /** What it has printed so far. */
    String output() {
        return new String(output.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Waits until what it has printed is so, while it still runs or after. */
    ClientProgram awaitOutput(Predicate<String> isSo) {
        Awaitility.await().atMost(EXIT_S, TimeUnit.SECONDS).pollInterval(10, TimeUnit.MILLISECONDS).until(this::output, isSo::test);
        return this;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end and returns the exit code. */
    int exit() {
        return exit(EXIT_S);
    }

    /** The same, for at most so many seconds. */
    int exit(int seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + output());
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for its end and returns all that it has printed. */
    String whole() {
        exit();
        return output();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        process.destroy();
        try {
            process.waitFor(LEAVE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
        }
        Awaitility.await().atMost(EXIT_S, TimeUnit.SECONDS).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
}
