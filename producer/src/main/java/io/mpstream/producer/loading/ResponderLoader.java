package io.mpstream.producer.loading;

import io.mpstream.protocol.Detail;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds a responder: a source file, a short name, or a class. With {@code --responder-path} the last two are looked for there as well, in a class
 * loader of their own.
 */
final class ResponderLoader {
    private static final String SOURCE = ".java";
    /** A list of providers that is broken throughout is given up. */
    private static final int BROKEN_MAX = 100;

    private final String name;
    private final ResponderPath path;
    /** Why a provider could not be asked for its name; null if all could. */
    private Throwable broken;

    private ResponderLoader(String name, ResponderPath path) {
        this.name = name;
        this.path = path;
    }

    /**
     * Loads the responder.
     *
     * @param name    what {@code --responder} has for it
     * @param options what its provider is told, if it has one
     * @throws StartupException if there is none of that name or it cannot be made, saying why
     */
    static Responder load(String name, ResponderPath path, Map<String, String> options) {
        try {
            if (name.endsWith(SOURCE)) {
                return ResponderClass.make(new SourceFile(Path.of(name)).compile(path));
            }
            return new ResponderLoader(name, path).find(options);
        } catch (StartupException e) {
            throw e;
        } catch (InvalidPathException e) {
            throw new StartupException("the responder's source file has a name that this machine has no files of: " + Detail.of(e), e);
        } catch (Throwable t) {
            throw ResponderClass.refusal("the responder " + name, t);
        }
    }

    private Responder find(Map<String, String> options) throws IOException {
        ResponderProvider provider = provider();
        if (provider == null) {
            return ResponderClass.make(type());
        }
        Responder responder = create(provider, options);
        if (responder == null) {
            throw new StartupException("the provider " + provider.getClass().getName() + " of the responder " + name + " made none");
        }
        return responder;
    }

    /** What a provider says of its options is for whoever gave them, as it stands. */
    private Responder create(ResponderProvider provider, Map<String, String> options) {
        try {
            return provider.create(options);
        } catch (IllegalArgumentException e) {
            throw e.getClass() == IllegalArgumentException.class ? new StartupException(Detail.oneLine("the responder " + name + ": " + e.getMessage()), e) : e;
        }
    }

    /** The one of this name, or null. */
    private ResponderProvider provider() {
        ResponderProvider found = null;
        int count = 0;
        for (Iterator<ResponderProvider> each = ServiceLoader.load(ResponderProvider.class, path.loader()).iterator(); count < BROKEN_MAX; ) {
            try {
                if (!each.hasNext()) {
                    break;
                }
                ResponderProvider provider = each.next();
                if (name.equals(provider.name())) {
                    requireFirst(found, provider);
                    found = provider;
                }
            } catch (StartupException e) {
                throw e;
            } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
                // It may be that of another responder.
                broken = broken == null ? e : broken;
                count++;
            }
        }
        return found;
    }

    private void requireFirst(ResponderProvider before, ResponderProvider provider) {
        if (before != null) {
            throw new StartupException("two responders are called " + name + ": those of " + before.getClass().getName() + " and " + provider.getClass().getName()
                    + "; give the class");
        }
    }

    private Class<?> type() throws IOException {
        try {
            Class<?> type = Class.forName(name, false, path.loader());
            path.requireOnce(name);
            return type;
        } catch (ClassNotFoundException e) {
            throw new StartupException("no responder is called '" + name + "': give fake, echo, exec, openai, a .java file, or a class on --responder-path"
                    + (broken == null ? "" : "; a provider there cannot be asked: " + Detail.of(broken)), e);
        }
    }
}
