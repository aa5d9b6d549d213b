package io.mpstream.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it: {@code 4096}, {@code 64KiB}, {@code 16MiB}, {@code 1GiB}. */
final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(|B|KiB|MiB|GiB|TiB)", Pattern.CASE_INSENSITIVE);

    private ByteSize() {
    }

    static long parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a size such as 64KiB, 16MiB or 1GiB");
        }
        int power = switch (form.group(2).toLowerCase(Locale.ROOT)) {
            case "kib" -> 10;
            case "mib" -> 20;
            case "gib" -> 30;
            case "tib" -> 40;
            default -> 0;
        };
        long count = Long.parseLong(form.group(1));
        if (count > Long.MAX_VALUE >> power) {
            throw new IllegalArgumentException("'" + text + "' is more than any disk holds");
        }
        return count << power;
    }
}
