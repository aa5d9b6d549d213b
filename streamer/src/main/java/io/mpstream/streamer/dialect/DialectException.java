package io.mpstream.streamer.dialect;

/** A request in a dialect that gets an error. Its message is for the client. Immutable. */
public final class DialectException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final int status;
    private final String param;
    private final String code;
    private final boolean isOfUnseen;

    private DialectException(int status, String message, String param, String code) {
        this(status, message, param, code, false);
    }

    private DialectException(int status, String message, String param, String code, boolean isOfUnseen) {
        super(message, null, false, false);
        this.status = status;
        this.param = param;
        this.code = code;
        this.isOfUnseen = isOfUnseen;
    }

    /** A parameter that is not what it should be; {@code param} names it, null for none. */
    public static DialectException invalid(String param, String message) {
        return new DialectException(BAD_REQUEST, message, param, null);
    }

    /** A parameter that means something elsewhere, and nothing here. */
    public static DialectException unsupported(String param, String message) {
        return new DialectException(BAD_REQUEST, message, param, "unsupported_parameter");
    }

    /** A model that is not there. */
    public static DialectException noModel(String name) {
        return new DialectException(NOT_FOUND, "The model `" + name + "` does not exist", "model", "model_not_found");
    }

    /** A response that is not there. */
    public static DialectException noResponse(String id) {
        return new DialectException(NOT_FOUND, "Response with id '" + id + "' not found.", null, null, true);
    }

    /** A response that is to be gone on after, and has not completed. */
    public static DialectException notCompleted(String id) {
        return new DialectException(BAD_REQUEST, "the response '" + id + "' has not completed", "previous_response_id", null, true);
    }

    /** Whether it may be none once the journals have been read: another streamer may have the response. */
    public boolean isOfUnseen() {
        return isOfUnseen;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The parameter that is wrong, or null. */
    public String param() {
        return param;
    }

    /** The kind of error where the status is not enough, or null. */
    public String code() {
        return code;
    }
}
