package io.mpstream.process;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import org.slf4j.LoggerFactory;

/** How the log of this process looks, and how much it says. Its configuration reads both as system properties. */
final class LogForm {
    private static final String FORM = "mpstream.log";
    private static final String LEVEL = "mpstream.log-level";

    private LogForm() {
    }

    /** From now on the log is as the settings say. */
    static void take(Settings settings) {
        if (settings.log().equals(Settings.LOG_TEXT) && settings.logLevel().equals(Settings.LOG_INFO)) {
            // So it has been since it began.
            return;
        }
        System.setProperty(FORM, settings.log());
        System.setProperty(LEVEL, settings.logLevel());
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            try {
                new ContextInitializer(context).autoConfig();
            } catch (JoranException e) {
                throw new StartupException("the configuration of the log cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
