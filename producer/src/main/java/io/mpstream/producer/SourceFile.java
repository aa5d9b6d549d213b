package io.mpstream.producer;

import io.mpstream.config.Refusal;
import io.mpstream.responder.Responder;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A responder as one source file, compiled when the producer starts. The classes stay in memory. */
final class SourceFile {
    private final Path path;

    SourceFile(Path path) {
        this.path = path;
    }

    /**
     * Compiles the file and picks the class in it that is a responder.
     *
     * @param libraries on its class path, besides this program
     * @param parent    loads what the file refers to
     * @throws Refusal with the compiler's messages
     */
    Class<? extends Responder> compile(List<Path> libraries, ClassLoader parent) {
        if (!Files.isRegularFile(path)) {
            throw new Refusal("the responder's source file " + path + " does not exist");
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new Refusal("to compile " + path + ", run on a JDK; this Java has no compiler");
        }
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            Classes classes = new Classes(files);
            String classPath = Stream.concat(Stream.of(System.getProperty("java.class.path")), libraries.stream().map(Path::toString))
                    .collect(Collectors.joining(File.pathSeparator));
            boolean isGood = compiler.getTask(messages, classes, null, List.of("-classpath", classPath, "-proc:none"), null,
                    files.getJavaFileObjects(path)).call();
            if (!isGood) {
                throw new Refusal("the responder does not compile\n" + messages.toString().stripTrailing());
            }
            return responder(new Loader(classes.bytes(), parent));
        } catch (java.io.IOException e) {
            throw new Refusal("cannot compile " + path + ": " + e.getMessage(), e);
        }
    }

    private Class<? extends Responder> responder(Loader loader) {
        List<Class<?>> responders = loader.all().stream()
                .filter(Responder.class::isAssignableFrom)
                .filter(type -> !Modifier.isAbstract(type.getModifiers()) && !type.isAnonymousClass())
                .toList();
        if (responders.size() != 1) {
            throw new Refusal(path + " must hold one class that implements " + Responder.class.getName() + ", not " + responders.size());
        }
        return ResponderLoader.responderClass(responders.getFirst());
    }

    /** Takes the compiled classes. */
    private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> outputs = new TreeMap<>();

        Classes(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + kind.extension), kind) {
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
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
