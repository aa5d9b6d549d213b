package io.mpstream.responders.exec;

/** Says how a command failed an answer. */
final class CommandFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String message) {
        super(message);
    }

    /** How it ended, and what it said last. */
    static CommandFailedException of(String failure, String lastLine) {
        return new CommandFailedException(lastLine.isEmpty() ? failure : failure + ": " + lastLine);
    }
}
