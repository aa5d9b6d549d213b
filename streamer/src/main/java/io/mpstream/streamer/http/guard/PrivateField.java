package io.mpstream.streamer.http.guard;

import java.lang.reflect.Field;

/**
 * A field of Undertow's that has no accessor. That it is there is found out when the class that wants it is loaded.
 *
 * <p>Two of the five could be spared: a listener that is made of {@code HttpOpenListener}, {@code AlpnOpenListener} and an {@code XnioWorker} is
 * at hand. Then Undertow's start, stop and change of certificates would have to be written again, which is more than is gained. An exchange
 * over HTTP/2 tells neither its stream nor that it was reset, whoever makes the listener.
 */
final class PrivateField {
    private final Field field;

    PrivateField(Class<?> type, String name) {
        try {
            this.field = type.getDeclaredField(name);
            field.setAccessible(true);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The value in this object. */
    Object of(Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
