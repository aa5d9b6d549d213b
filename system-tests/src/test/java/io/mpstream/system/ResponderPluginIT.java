package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A responder of one's own, plugged in each way there is. */
class ResponderPluginIT {
    private static final String RESPONDER = """
            package com.acme;
            public class Shouting implements io.mpstream.responder.Responder {
                public void respond(io.mpstream.responder.Query query, io.mpstream.responder.Reply reply) {
                    reply.write(Voice.raise(query.text()));
                    if (Thread.currentThread().getContextClassLoader() != getClass().getClassLoader()) {
                        throw new IllegalStateException("not my class loader");
                    }
                }
            }
            """;
    private static final String LIBRARY = """
            package com.acme;
            class Voice {
                static String raise(String text) { return text.toUpperCase() + "!"; }
            }
            """;
    private static final String PROVIDER = """
            package com.acme;
            public class Provider implements io.mpstream.responder.ResponderProvider {
                public String name() { return "shout"; }
                public io.mpstream.responder.Responder create(java.util.Map<String, String> settings) { return new Shouting(); }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void aClassInAJar() throws IOException {
        Path jar = jar("acme.jar");
        try (RunningServer server = RunningServer.start(folder, "--responder", "com.acme.Shouting", "--responder-path", jar.toString())) {
            assertEquals("HEY!", Requests.to(server).answer("hey"));
        }
    }

    @Test
    void aShortNameInAFolderOfJarsAndSourceFilesBesideIt() throws IOException {
        Path jars = Files.createDirectory(folder.resolve("jars"));
        Files.move(jar("acme.jar"), jars.resolve("acme.jar"));
        Path mine = Files.writeString(folder.resolve("Mine.java"), """
                import io.mpstream.responder.Query;
                import io.mpstream.responder.*;

                public class Mine implements Responder {
                    public void respond(Query query, Reply reply) throws Exception {
                        new com.acme.Shouting() { }.getClass();
                        for (String word : query.text().split(" ")) {
                            reply.write(word.toUpperCase());
                        }
                        reply.write("!");
                    }
                }
                """);
        String readme = Files.readString(RunningServer.RUN_SH.resolveSibling("README.md"));
        String code = readme.substring(readme.indexOf("```java\n") + "```java\n".length());
        Path shout = Files.writeString(folder.resolve("Shout.java"), code.substring(0, code.indexOf("```")));
        try (RunningServer server = RunningServer.start(folder, "--responder", "short=shout", "--responder", "mine=" + mine, "--responder", "readme=" + shout,
                "--responder-path", jars.toString())) {
            Requests requests = Requests.to(server);
            assertEquals("HEY!\n", requests.get("/hey?responder=short").body());
            assertEquals("HEY!\n", requests.get("/hey?responder=mine").body());
            assertEquals("WAKE UP \n", requests.get("/wake%20up?responder=readme").body());
        }
    }

        private Path jar(String name) throws IOException {
        Path classes = compile();
        Path jar = folder.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar)); Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
            out.putNextEntry(new JarEntry("META-INF/services/io.mpstream.responder.ResponderProvider"));
            out.write("com.acme.Provider".getBytes());
        }
        return jar;
    }

    private Path compile() throws IOException {
        Path sources = Files.createDirectories(folder.resolve("src"));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Files.writeString(sources.resolve("Shouting.java"), RESPONDER);
        Files.writeString(sources.resolve("Voice.java"), LIBRARY);
        Files.writeString(sources.resolve("Provider.java"), PROVIDER);
        List<String> args = Stream.concat(Stream.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path")),
                Stream.of("Shouting", "Voice", "Provider").map(each -> sources.resolve(each + ".java").toString())).toList();
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, args.toArray(String[]::new)));
        return classes;
    }
}
