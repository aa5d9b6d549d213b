package io.mpstream.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a responder says of its answer besides the text, told with the end: few names, each with a short value, such as
 * {@code finish_reason} or {@code output_tokens}. Immutable.
 *
 * @param all value by name, in the order in which they were said
 */
public record Notes(Map<String, String> all) {
    /** Nothing said. */
    public static final Notes NONE = new Notes(Map.of());
    /** Notes of one answer. */
    public static final int COUNT_MAX = 8;
    /** Units of UTF-16 of one value. */
    public static final int VALUE_LENGTH_MAX = 128;

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,31}");

    /**
     * Copies them.
     *
     * @throws IllegalArgumentException if there are too many, a name is none, or a value is too long or not well-formed
     */
    public Notes {
        if (all.size() > COUNT_MAX) {
            throw new IllegalArgumentException(all.size() + " notes; an answer has " + COUNT_MAX + " at most");
        }
        all.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("the name of a note has 1 to 32 letters, digits, '_', '.' and '-', and begins with a letter");
            }
            if (value.length() > VALUE_LENGTH_MAX) {
                throw new IllegalArgumentException("the note " + name + " has " + value.length() + " characters; " + VALUE_LENGTH_MAX + " are allowed");
            }
            Unicode.requireWellFormed("the note " + name, value);
        });
        all = Collections.unmodifiableMap(new LinkedHashMap<>(all));
    }

    /**
     * These and one more, which takes the place of one of the same name.
     *
     * @throws IllegalArgumentException as the constructor
     */
    public Notes with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(all);
        more.put(name, value);
        return new Notes(more);
    }

    /** Whether nothing was said. */
    public boolean isEmpty() {
        return all.isEmpty();
    }
}
