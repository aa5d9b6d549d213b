package io.mpstream.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** An option that may be given again, each time as a name and a value: {@code --feed NAME=QUERY}. */
final class NamedValues {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private NamedValues() {
    }

    /** Reads one, whatever its name. */
    static Map.Entry<String, String> entry(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0 || equals == text.length() - 1) {
            throw new IllegalArgumentException("'" + text + "' is not NAME=VALUE");
        }
        return Map.entry(text.substring(0, equals), text.substring(equals + 1));
    }

    /**
     * Reads the values by name, in the order given.
     *
     * @param form what one looks like, such as NAME=QUERY
     * @throws StartupException if one looks otherwise, or a name is there twice
     */
    static SequencedMap<String, String> parse(String option, String form, List<String> given) {
        SequencedMap<String, String> byName = new LinkedHashMap<>();
        for (String text : given) {
            int equals = text.indexOf('=');
            StartupException.require(equals > 0 && NAME.matcher(text.substring(0, equals)).matches() && equals < text.length() - 1, option,
                    "be " + form + ", the name of up to 64 letters, digits, dots, dashes and underscores");
            String name = text.substring(0, equals);
            StartupException.require(byName.put(name, text.substring(equals + 1)) == null, option, "not give the name " + name + " twice");
        }
        return byName;
    }
}
