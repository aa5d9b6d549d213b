package io.mpstream.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Who calls {@link System#exit}: the JDK tells that to its logger {@code java.lang.Runtime}, with the stack, when it happens (JDK-8301627).
 * As a configuration class of {@code java.util.logging} this costs nothing until somebody logs there or the process ends.
 */
public final class ExitTrace {
    private static final String CONFIGURATION_CLASS = "java.util.logging.config.class";
    private static final String CONFIGURATION_FILE = "java.util.logging.config.file";
    private static final String LOGGER = "java.lang.Runtime";

    private static volatile StackTraceElement[] stack;
    /** Kept here: the log manager would let go of it. */
    private static Logger logger;

    /** For the log manager, once; all else is configured as it is without this. */
    public ExitTrace() throws IOException {
        byte[] defaults = Files.readAllBytes(Path.of(System.getProperty("java.home"), "conf", "logging.properties"));
        String own = "\n" + LOGGER + ".level=FINE\n" + LOGGER + ".useParentHandlers=false\n";
        byte[] whole = Arrays.copyOf(defaults, defaults.length + own.length());
        System.arraycopy(own.getBytes(StandardCharsets.US_ASCII), 0, whole, defaults.length, own.length());
        LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(whole));
        logger = Logger.getLogger(LOGGER);
        logger.setLevel(Level.FINE);
        logger.addHandler(new Witness());
    }

    /** From now on it is noted, unless the user has a configuration of {@code java.util.logging}. */
    static void begin() {
        if (System.getProperty(CONFIGURATION_FILE) == null && System.getProperty(CONFIGURATION_CLASS) == null) {
            System.setProperty(CONFIGURATION_CLASS, ExitTrace.class.getName());
        }
    }

    /** Where the exit was called, but for what is the JDK's; empty if that was not noted. */
    static Optional<StackTraceElement> caller() {
        StackTraceElement[] noted = stack;
        return noted == null ? Optional.empty()
                : Arrays.stream(noted).filter(frame -> !frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("jdk.")).findFirst();
    }

    private static final class Witness extends Handler {
        @Override
        public void publish(LogRecord event) {
            if (event.getThrown() != null) {
                stack = event.getThrown().getStackTrace();
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
