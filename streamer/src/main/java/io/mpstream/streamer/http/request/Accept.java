package io.mpstream.streamer.http.request;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Arrays;
import java.util.Locale;

/** Which format a client wants most (RFC 9110, section 12.5.1). */
public final class Accept {
    private static final int EXACT = 3;
    private static final int TYPE = 2;
    private static final int ANY = 1;

    private Accept() {
    }

    /**
     * The format of the highest quality; of several, the one that is named most exactly; else the first. Null if none is
     * acceptable.
     */
    public static Format choose(HeaderMap headers) {
        String[] ranges = ranges(headers);
        if (ranges.length == 0) {
            return Format.TEXT;
        }
        Format best = null;
        double bestQuality = 0;
        int bestExactness = 0;
        for (Format format : Format.values()) {
            String range = mostExact(ranges, format);
            double quality = range == null ? 0 : quality(range);
            int exactness = range == null ? 0 : exactness(range, format);
            if (quality > bestQuality || quality == bestQuality && quality > 0 && exactness > bestExactness) {
                best = format;
                bestQuality = quality;
                bestExactness = exactness;
            }
        }
        return best;
    }

    /** What is accepted; nothing where the field is not there, or says nothing. */
    private static String[] ranges(HeaderMap headers) {
        HeaderValues values = headers.get(Headers.ACCEPT);
        return values == null ? new String[0]
                : Arrays.stream(String.join(",", values).toLowerCase(Locale.ROOT).split(",")).filter(range -> !range.isBlank()).toArray(String[]::new);
    }

    /** Whether a stream's format is asked for by its name, not by a range that takes anything. */
    public static boolean namesFormat(HeaderMap headers) {
        String[] ranges = ranges(headers);
        Format chosen = ranges.length == 0 ? null : choose(headers);
        return chosen != null && exactness(mostExact(ranges, chosen), chosen) == EXACT;
    }

    /** Whether a field, {@code Accept} or one that is built like it, names this, in small letters, and does not refuse it. */
    public static boolean names(HeaderMap headers, HttpString field, String name) {
        HeaderValues values = headers.get(field);
        return values != null && Arrays.stream(String.join(",", values).toLowerCase(Locale.ROOT).split(","))
                .anyMatch(range -> range.split(";", 2)[0].strip().equals(name) && quality(range) > 0);
    }

    /** The range that decides about a format, or null. */
    private static String mostExact(String[] ranges, Format format) {
        String decisive = null;
        for (String range : ranges) {
            if (exactness(range, format) > (decisive == null ? 0 : exactness(decisive, format))) {
                decisive = range;
            }
        }
        return decisive;
    }

    private static int exactness(String range, Format format) {
        int semicolon = range.indexOf(';');
        String type = (semicolon < 0 ? range : range.substring(0, semicolon)).strip();
        if (type.equals(format.range())) {
            return EXACT;
        }
        String family = format.range().substring(0, format.range().indexOf('/'));
        return type.equals(family + "/*") ? TYPE : type.equals("*/*") ? ANY : 0;
    }

    private static double quality(String range) {
        for (String parameter : range.split(";")) {
            String text = parameter.strip();
            if (text.matches("q\\s*=\\s*(0(\\.\\d*)?|1(\\.0*)?)")) {
                return Double.parseDouble(text.substring(text.indexOf('=') + 1).strip());
            }
        }
        return 1;
    }
}
