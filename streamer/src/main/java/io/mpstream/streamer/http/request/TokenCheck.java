package io.mpstream.streamer.http.request;

import java.util.function.Consumer;

/** Checks tokens that are sent some other way than in a request's head. Any thread. */
@FunctionalInterface
public interface TokenCheck {
    /**
     * Checks one.
     *
     * @param then is given who bears it, or null if it is not good; on a thread that may wait
     */
    void check(String token, Consumer<Caller> then);
}
