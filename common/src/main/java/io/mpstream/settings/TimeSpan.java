package io.mpstream.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A length of time as people write it: {@code 100ms}, {@code 1.5s}, {@code 30s}, {@code 2m}, {@code 24h}, {@code 7d}. */
public final class TimeSpan {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,3}))?\\s*(ms|s|m|h|d)");

    private TimeSpan() {
    }

    /**
     * Reads a length of time.
     *
     * @throws IllegalArgumentException if it is not one, saying what one looks like
     */
    public static Duration parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a time such as 100ms, 1.5s, 30s or 24h");
        }
        long unitMs = switch (form.group(3)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
        String thousandths = form.group(2) == null ? "0" : (form.group(2) + "00").substring(0, 3);
        return Duration.ofMillis(Long.parseLong(form.group(1)) * unitMs + Long.parseLong(thousandths) * unitMs / 1_000);
    }
}
