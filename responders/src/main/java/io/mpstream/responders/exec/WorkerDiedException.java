package io.mpstream.responders.exec;

/** Says that a worker ended before the answer did. */
final class WorkerDiedException extends Exception {
    private static final long serialVersionUID = 1L;

    WorkerDiedException(String message) {
        super(message);
    }
}
