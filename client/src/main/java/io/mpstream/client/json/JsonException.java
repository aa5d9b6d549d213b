package io.mpstream.client.json;

/** What was read is no JSON, or says something else than was expected. Its message says what it is instead. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }
}
