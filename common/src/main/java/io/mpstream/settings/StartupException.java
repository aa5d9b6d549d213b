package io.mpstream.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

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

    /** What went wrong, in the words of a user and not of a library. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it is a file";
            case CharacterCodingException _ -> "it is not UTF-8";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> e.getMessage();
        };
    }

    /** Throws, unless a value of an option is as it must be. */
    static void require(boolean isMet, String option, String must) {
        if (!isMet) {
            throw new StartupException(option + " must " + must);
        }
    }
}
