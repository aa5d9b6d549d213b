package io.mpstream.client.cli;

/** A command line that says nothing that can be done. Its message is a line for who wrote it. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
