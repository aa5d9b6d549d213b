package io.mpstream.config;

/**
 * Thrown when the process cannot start, for a reason that the user can mend. The message is one line that says which; it is all
 * that the user gets to see.
 */
public class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A reason, as one line. */
    public StartupException(String message) {
        super(message);
    }

    /** A reason, as one line, with what lies behind it. */
    public StartupException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Throws, unless a value of an option is as it must be. */
    static void require(boolean isMet, String option, String must) {
        if (!isMet) {
            throw new StartupException(option + " must " + must);
        }
    }
}
