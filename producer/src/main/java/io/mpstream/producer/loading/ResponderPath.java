package io.mpstream.producer.loading;

import io.mpstream.protocol.Detail;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Where classes of a responder are looked for besides this program.
 *
 * @param entries jars, or one folder of classes; none without {@code --responder-path}
 * @param loader  finds the classes there, after those of this program
 */
record ResponderPath(List<Path> entries, ClassLoader loader) {
    private static final String OPTION = "--responder-path ";
    private static final String JAR = ".jar";

    /** Only this program. */
    static ResponderPath none() {
        return new ResponderPath(List.of(), ResponderPath.class.getClassLoader());
    }

    /**
     * Opens what the option names.
     *
     * @throws StartupException if nothing can be loaded from there, saying why
     */
    static ResponderPath of(Path path) {
        if (!Files.exists(path)) {
            throw new StartupException(OPTION + path + " does not exist");
        }
        List<Path> entries = Files.isDirectory(path) ? inFolder(path) : List.of(requireJar(path));
        URL[] urls = entries.stream().map(ResponderPath::url).toArray(URL[]::new);
        return new ResponderPath(entries, new URLClassLoader("responder", urls, ResponderPath.class.getClassLoader()));
    }

    private static List<Path> inFolder(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.sorted().toList();
            if (all.isEmpty()) {
                throw new StartupException(OPTION + folder + " is an empty folder: it is to hold jars, or classes");
            }
            List<Path> jars = all.stream().filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(JAR)).map(ResponderPath::requireJar).toList();
            // A folder without jars is one of classes.
            return jars.isEmpty() ? List.of(folder) : jars;
        } catch (IOException e) {
            throw new StartupException(OPTION + folder + " cannot be read: " + Detail.of(e), e);
        }
    }

    /** A class loader passes over what is no jar, and says nothing. */
    private static Path requireJar(Path file) {
        try {
            new JarFile(file.toFile()).close();
            return file;
        } catch (IOException e) {
            throw new StartupException(OPTION + file + " is no jar that can be read: " + Detail.of(e), e);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new StartupException(OPTION + path + " is not a path to load from", e);
        }
    }

    /**
     * Does nothing if this class is in one place: of several one would be taken, and nobody would know which.
     *
     * @throws StartupException if it is in several
     */
    void requireOnce(String className) throws IOException {
        List<URL> places = Collections.list(loader.getResources(className.replace('.', '/') + ".class"));
        if (places.size() > 1) {
            throw new StartupException("the class " + className + " is there " + places.size() + " times: " + places.get(0) + ", " + places.get(1));
        }
    }
}
