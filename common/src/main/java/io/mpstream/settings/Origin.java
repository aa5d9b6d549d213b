package io.mpstream.settings;

import java.net.IDN;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Origins of pages as browsers send them (RFC 6454, section 6.2): scheme, host and port, in one spelling. */
final class Origin implements CommandLine.ITypeConverter<String> {
    /** Stands for all. */
    private static final String ANY = "*";
    private static final Pattern FORM = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(\\[[0-9A-Fa-f:.]+\\]|[^\\s/?#@:\\[\\]*\\\\]+)(?::(\\d{1,5}))?/?");
    private static final int PORT_MAX = 65_535;
    private static final int NONE = -1;
    /** Letters that the library writes otherwise than browsers do (IDNA 2003, and 2008). */
    private static final Pattern DEVIANT = Pattern.compile(".*[\u00DF\u03C2\u200C\u200D].*");
    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443);

    /** What browsers send for the pages of this origin; {@code *} is itself. */
    @Override
    public String convert(String text) {
        if (text.equals(ANY)) {
            return text;
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches() || form.group(3) != null && Integer.parseInt(form.group(3)) > PORT_MAX) {
            throw new CommandLine.TypeConversionException("'" + text + "' is no origin: give scheme, host and port, such as https://app.example or http://localhost:3000, or *");
        }
        String scheme = form.group(1).toLowerCase(Locale.ROOT);
        int port = form.group(3) == null ? DEFAULT_PORTS.getOrDefault(scheme, NONE) : Integer.parseInt(form.group(3));
        boolean isDefault = port == DEFAULT_PORTS.getOrDefault(scheme, NONE);
        return scheme + "://" + host(form.group(2)) + (isDefault ? "" : ":" + port);
    }

    private static String host(String text) {
        if (DEVIANT.matcher(text).matches()) {
            throw new CommandLine.TypeConversionException("give the host " + text + " as browsers send it, beginning with xn--");
        }
        try {
            return (text.startsWith("[") ? text : IDN.toASCII(text)).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException("'" + text + "' is no host");
        }
    }
}
