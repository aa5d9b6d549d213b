package io.mpstream.producer.loading;

import io.mpstream.protocol.Detail;
import io.mpstream.protocol.Unicode;
import io.mpstream.settings.StartupException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A responder as one source file, compiled when the producer starts. The classes stay in memory. */
final class SourceFile {
    private static final String PREVIEW = "--enable-preview";
    /** What tells this Java which modules there are, and what they open: a compiler has to know the same. */
    private static final List<String> MODULE_OPTIONS = List.of("--add-modules=", "--add-exports=", "--add-reads=", "--limit-modules=",
            "--module-path=", "--upgrade-module-path=", "--patch-module=");

    private final Path path;

    SourceFile(Path path) {
        this.path = path;
    }

    /**
     * Compiles the file and picks the class in it that is a responder.
     *
     * @param libraries on its class path, besides this program
     * @throws StartupException with the compiler's messages
     */
    Class<?> compile(ResponderPath libraries) throws IOException {
        String text = text();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new StartupException("to compile " + path + ", run on a JDK; this Java has no compiler");
        }
        StringWriter messages = new StringWriter();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (Classes classes = new Classes(compiler.getStandardFileManager(diagnostics, null, null))) {
            boolean isGood = compiler.getTask(messages, classes, diagnostics, options(libraries), null, List.of(new Source(path, text))).call();
            List<String> errors = diagnostics.getDiagnostics().stream().filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                    .map(Diagnostic::toString).toList();
            // It may say that all is well after errors that it could go on from.
            if (!isGood || !errors.isEmpty()) {
                throw new StartupException("the responder does not compile\n" + String.join("\n", errors) + messages.toString().stripTrailing());
            }
            return responder(new Loader(classes.bytes(), libraries.loader()).all());
        }
    }

    /** The text of the file, without a mark of its encoding. */
    private String text() throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new StartupException("the responder's source file " + path + (Files.exists(path) ? " is no file" : " does not exist"));
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw new StartupException("the responder's source file " + path + " cannot be read: " + Detail.of(e), e);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        if (decoder.decode(in, out, true).isError()) {
            throw new StartupException("the responder's source file " + path + " is not UTF-8: line " + line(bytes, in.position()) + " has other bytes");
        }
        String text = out.flip().toString();
        return Unicode.withoutSignature(text);
    }

    private static int line(byte[] bytes, int end) {
        int line = 1;
        for (int i = 0; i < end; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return line;
    }

    private static List<String> options(ResponderPath libraries) {
        String classPath = Stream.concat(Stream.of(System.getProperty("java.class.path")), libraries.entries().stream().map(Path::toString))
                .collect(Collectors.joining(File.pathSeparator));
        return Stream.concat(Stream.of("-classpath", classPath, "-proc:none"), optionsOf(ManagementFactory.getRuntimeMXBean().getInputArguments())).toList();
    }

    /** For a compiler, of what a virtual machine was started with. */
    static Stream<String> optionsOf(List<String> arguments) {
        Stream<String> modules = arguments.stream().filter(each -> MODULE_OPTIONS.stream().anyMatch(each::startsWith));
        return arguments.contains(PREVIEW)
                ? Stream.concat(Stream.of(PREVIEW, "-source", Integer.toString(Runtime.version().feature())), modules) : modules;
    }

    /** The class that is named like the file, if that can be a responder; else the only one that can, at the top rather than inside another. */
    private Class<?> responder(List<Class<?>> all) {
        String name = path.getFileName().toString().replaceFirst("\\.java$", "");
        Predicate<Class<?>> isTop = type -> type.getEnclosingClass() == null;
        List<Class<?>> named = all.stream().filter(isTop).filter(type -> type.getSimpleName().equals(name)).toList();
        List<Class<?>> responders = all.stream().filter(ResponderClass::isConcrete).toList();
        List<Class<?>> top = responders.stream().filter(isTop).toList();
        if (!named.isEmpty() && (responders.contains(named.getFirst()) || responders.isEmpty())) {
            return named.getFirst();
        }
        List<Class<?>> candidates = top.isEmpty() ? responders : top;
        if (candidates.size() != 1) {
            throw new StartupException(path + " must hold one class that implements io.mpstream.responder.Responder, or one that is called " + name + ", not "
                    + (candidates.isEmpty() ? "none" : candidates.stream().map(Class::getName).collect(Collectors.joining(", "))));
        }
        return candidates.getFirst();
    }

    /** The text, under the name of its file. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(Path path, String text) {
            super(path.toAbsolutePath().toUri(), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Takes the compiled classes. */
    private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> outputs = new TreeMap<>();

        Classes(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name.hashCode() + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return outputs.computeIfAbsent(name, key -> new ByteArrayOutputStream());
                }
            };
        }

        Map<String, byte[]> bytes() {
            return outputs.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toByteArray()));
        }
    }

    /** Finds them before any others of the same names: the file that was given is meant. */
    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;

        Loader(Map<String, byte[]> classes, ClassLoader parent) {
            super(parent);
            this.classes = classes;
        }

        List<Class<?>> all() {
            return classes.keySet().stream().sorted().<Class<?>>map(this::load).toList();
        }

        private Class<?> load(String name) {
            try {
                return loadClass(name);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("just compiled", e);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean isResolved) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                return super.loadClass(name, isResolved);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? defineClass(name, bytes, 0, bytes.length) : loaded;
            }
        }
    }
}
