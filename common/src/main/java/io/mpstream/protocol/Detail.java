package io.mpstream.protocol;

import java.util.regex.Pattern;

/** Details: lines for people about what went wrong, as the end of a stream has one. */
public final class Detail {
    private static final int LENGTH_MAX = 1_000;
    /** Line ends of all kinds, and what a terminal would obey. */
    private static final Pattern BREAKS = Pattern.compile("(?U)[\\s\\p{Cntrl}]+");

    private Detail() {
    }

    /** The exception's name, and its message if it has one. Never throws, whatever the message of a stranger's exception does. */
    public static String of(Throwable thrown) {
        String name = thrown.getClass().getName();
        try {
            name = name(thrown.getClass());
            String message = thrown.getMessage();
            return oneLine(message == null || message.isBlank() ? name : name + ": " + message);
        } catch (Throwable broken) {
            return name;
        }
    }

    /** A text as one line: well-formed, of 1,000 units of UTF-16 at most, without line ends and control characters. */
    public static String oneLine(String text) {
        // No more than that is looked at, however long it is.
        String start = text.length() <= 2 * LENGTH_MAX ? text : text.substring(0, 2 * LENGTH_MAX);
        return cut(Unicode.mended(BREAKS.matcher(start).replaceAll(" ").strip()), LENGTH_MAX);
    }

    /** The beginning of a text: whole characters, of so many units of UTF-16 at most. */
    public static String cut(String text, int lengthMax) {
        if (text.length() <= lengthMax) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax);
    }

    /** The simple name; an anonymous class has none, and goes by that of what it extends. */
    private static String name(Class<?> type) {
        return type.getSimpleName().isEmpty() ? name(type.getSuperclass()) : type.getSimpleName();
    }
}
