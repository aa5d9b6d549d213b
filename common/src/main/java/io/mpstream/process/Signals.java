package io.mpstream.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has signals call this program instead of ending it: the JVM would end with 128 and the signal's number however well all was closed, and what
 * is still being served would go on in a JVM whose shutdown has begun. A signal that was ignored when the process started stays so.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {
    }

    /**
     * From now on these signals call {@code handler}, with the name, each time on a thread of its own.
     *
     * @param names without {@code SIG}
     */
    static void handle(Consumer<String> handler, String... names) {
        try {
            // By reflection: the compiler warns of these two, which every JDK has (module jdk.unsupported, JEP 260).
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {signalHandler}, (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    handler.accept((String) signal.getMethod("getName").invoke(arguments[0]));
                }
                return null;
            });
            for (String name : names) {
                signal.getMethod("handle", signal, signalHandler).invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (InvocationTargetException e) {
            LOG.warn("signals end this process without a farewell, as the JVM's option -Xrs has it: {}", e.getCause().getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no sun.misc.Signal", e);
        }
    }
}
