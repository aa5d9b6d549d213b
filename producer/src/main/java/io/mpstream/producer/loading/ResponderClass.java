package io.mpstream.producer.loading;

import io.mpstream.protocol.Detail;
import io.mpstream.responder.Responder;
import io.mpstream.settings.StartupException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

/** A class that is to be the responder, from a source file or a jar: the same rules, and the same words where it breaks one. */
final class ResponderClass {
    private static final String WRONG_NAME = "wrong name: ";

    private ResponderClass() {
    }

    /** Whether it can be made, as far as that is to be seen from outside. */
    static boolean isConcrete(Class<?> type) {
        return Responder.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()) && !type.isAnonymousClass() && !type.isLocalClass();
    }

    /**
     * Makes one.
     *
     * @throws StartupException if it cannot be made, in one line that says why
     */
    static Responder make(Class<?> type) {
        String name = "the responder " + type.getName();
        try {
            if (!Responder.class.isAssignableFrom(type)) {
                throw new StartupException("the class " + type.getName() + " does not implement " + Responder.class.getName());
            }
            String kind = kind(type);
            if (kind != null) {
                throw new StartupException(name + " cannot be made: it is " + kind);
            }
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return (Responder) constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new StartupException(name + " has no constructor without parameters", e);
        } catch (InvocationTargetException e) {
            throw refusal(name, e.getCause());
        } catch (StartupException e) {
            throw e;
        } catch (Throwable t) {
            throw refusal(name, t);
        }
    }

    /** What cannot be made, or null. */
    private static String kind(Class<?> type) {
        if (type.isInterface()) {
            return "an interface";
        }
        if (type.isEnum()) {
            return "an enum";
        }
        if (Modifier.isAbstract(type.getModifiers())) {
            return "abstract";
        }
        return type.isMemberClass() && !Modifier.isStatic(type.getModifiers()) ? "an inner class; make it static" : null;
    }

    /**
     * What was thrown while it was loaded or made, in one line.
     *
     * @param what names the responder to whoever gave it
     */
    static StartupException refusal(String what, Throwable thrown) {
        String why = switch (thrown) {
            case ExceptionInInitializerError error when error.getCause() != null -> "its static initialiser threw " + where(error.getCause());
            case UnsupportedClassVersionError error -> error.getMessage();
            case NoClassDefFoundError error -> missing(error);
            default -> where(thrown);
        };
        return new StartupException(Detail.oneLine(what + " cannot be loaded: " + why), thrown);
    }

    private static String missing(NoClassDefFoundError error) {
        String message = String.valueOf(error.getMessage());
        int at = message.indexOf(WRONG_NAME);
        if (at >= 0) {
            return "the class there is called " + message.substring(at + WRONG_NAME.length()).replace(")", "").replace('/', '.');
        }
        // Of a class that could not be initialised before it says so, with the reason as its cause.
        return message.contains(" ") ? where(error.getCause() == null ? error : error.getCause())
                : "it needs the class " + message.replace('/', '.') + ", which is not on its path";
    }

    private static String where(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        return Detail.of(thrown) + (frames.length == 0 ? "" : " (at " + place(frames[0]) + ")");
    }

    /** Without the name of the class loader. */
    private static String place(StackTraceElement frame) {
        String file = frame.getFileName() == null ? "" : "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
        return frame.getClassName() + "." + frame.getMethodName() + file;
    }
}
