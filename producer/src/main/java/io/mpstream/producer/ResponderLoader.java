package io.mpstream.producer;

import io.mpstream.config.Refusal;
import io.mpstream.config.Settings;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Finds the responder that {@code --responder} names: a source file, a short name, or a class. With
 * {@code --responder-path} the last two are looked for there as well, in a class loader of their own.
 */
public final class ResponderLoader {
    private static final String SOURCE = ".java";
    private static final String JAR = ".jar";

    private ResponderLoader() {
    }

    /**
     * Loads the responder.
     *
     * @throws Refusal if there is none of that name or it cannot be made, saying why
     */
    public static Responder load(Settings settings) {
        List<Path> path = settings.responderPath().map(ResponderLoader::jars).orElse(List.of());
        ClassLoader loader = loader(path);
        String name = settings.responder();
        if (name.endsWith(SOURCE)) {
            return make(new SourceFile(Path.of(name)).compile(path, loader));
        }
        try {
            for (ResponderProvider provider : ServiceLoader.load(ResponderProvider.class, loader)) {
                if (provider.name().equals(name)) {
                    return provider.create(settings.responderSettings());
                }
            }
            return make(responderClass(Class.forName(name, true, loader)));
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw new Refusal(e instanceof NoClassDefFoundError missing
                    ? "the responder " + name + " needs the class " + missing.getMessage() + ", which is not on its path"
                    : "no responder is called '" + name + "': give fake, echo, a .java file, or a class on --responder-path", e);
        } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
            throw e instanceof Refusal refusal ? refusal : new Refusal("the responder " + name + " cannot be loaded: " + e, e);
        }
    }

    /** What closes a responder: itself, if it can be closed. */
    public static AutoCloseable closing(Responder responder) {
        return responder instanceof AutoCloseable closeable ? closeable : () -> { };
    }

    private static List<Path> jars(Path path) {
        if (!Files.exists(path)) {
            throw new Refusal("--responder-path " + path + " does not exist");
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(JAR)).sorted().toList();
            // A folder without jars is one of classes.
            return jars.isEmpty() ? List.of(path) : jars;
        } catch (IOException e) {
            throw new Refusal("--responder-path " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static ClassLoader loader(List<Path> path) {
        ClassLoader own = ResponderLoader.class.getClassLoader();
        return path.isEmpty() ? own : new URLClassLoader("responder", path.stream().map(ResponderLoader::url).toArray(URL[]::new), own);
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new Refusal("--responder-path " + path + " is not a path to load from", e);
        }
    }

    static Class<? extends Responder> responderClass(Class<?> type) {
        if (!Responder.class.isAssignableFrom(type)) {
            throw new Refusal("the class " + type.getName() + " does not implement " + Responder.class.getName());
        }
        return type.asSubclass(Responder.class);
    }

    private static Responder make(Class<? extends Responder> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new Refusal("the responder " + type.getName() + " has no constructor without parameters", e);
        } catch (InvocationTargetException e) {
            throw new Refusal("the responder " + type.getName() + " cannot be made: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new Refusal("the responder " + type.getName() + " cannot be made: " + e.getMessage(), e);
        }
    }
}
