package io.mpstream.streamer.http.guard;

import java.lang.reflect.Field;

/** A field of Undertow's that has no accessor. That it is there is found out when the class that wants it is loaded. */
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
