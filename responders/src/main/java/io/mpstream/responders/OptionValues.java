package io.mpstream.responders;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of a responder's options, by name without the dashes. What is wrong with one is said as of the option. Immutable. */
public final class OptionValues {
    private static final int NUMBER_MAX = 10_000;
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private final Map<String, String> values;

    /** Of those that a provider is told. */
    public OptionValues(Map<String, String> values) {
        this.values = values;
    }

    /** The value as it was given, or null. */
    public String text(String name) {
        return values.get(name);
    }

    /**
     * Whether the value is the second of the two that there are; the first if there is none.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public boolean isSecond(String name, String first, String second) {
        String value = values.getOrDefault(name, first);
        if (!value.equals(first) && !value.equals(second)) {
            throw new IllegalArgumentException("--" + name + " must be " + first + " or " + second + ", not '" + value + "'");
        }
        return value.equals(second);
    }

    /**
     * A number from 1 to 10,000.
     *
     * @throws IllegalArgumentException if it is none
     */
    public int number(String name, int otherwise) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[1-9]\\d{0,4}") || Integer.parseInt(value) > NUMBER_MAX) {
            throw new IllegalArgumentException("--" + name + " must be a number from 1 to " + NUMBER_MAX + ", not '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    /**
     * A time of more than nothing.
     *
     * @throws IllegalArgumentException if it is none
     */
    public Duration time(String name, Duration otherwise) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        Matcher time = TIME.matcher(value);
        if (!time.matches() || Long.parseLong(time.group(1)) == 0) {
            throw new IllegalArgumentException("--" + name + " must be a time such as 500ms, 30s, 5m or 1h, not '" + value + "'");
        }
        long number = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
