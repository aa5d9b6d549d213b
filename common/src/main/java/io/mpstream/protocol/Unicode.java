package io.mpstream.protocol;

import java.util.Objects;

/**
 * Which strings are text. One of Java may hold half of a surrogate pair, which has no UTF-8: the standard library writes {@code ?} for
 * it, so that names which differ become equal, and texts change without a word.
 */
public final class Unicode {
    /** Begins text whose writer says so that it is Unicode; no part of the text (RFC 3629, section 6). */
    private static final String SIGNATURE = "\uFEFF";
    private static final char REPLACEMENT = '\uFFFD';

    private Unicode() {
    }

    /** The index of the first half of a surrogate pair without its other half; -1 if there is none. */
    public static int loneSurrogate(CharSequence text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                if (!Character.isHighSurrogate(unit) || i + 1 == length || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /** Whether each half of a surrogate pair has its other half, so that the text has a UTF-8. */
    public static boolean isWellFormed(CharSequence text) {
        return loneSurrogate(text) < 0;
    }

    /**
     * Returns the text, which is well-formed.
     *
     * @param what names it to whoever gave it
     * @throws IllegalArgumentException if it is not
     */
    public static String requireWellFormed(String what, String text) {
        int at = loneSurrogate(Objects.requireNonNull(text, what));
        if (at >= 0) {
            throw new IllegalArgumentException(what + " is not Unicode text: half of a surrogate pair at index " + at);
        }
        return text;
    }

    /** The same with U+FFFD for each half without its other half; for what people are told, never for names and texts. */
    public static String mended(String text) {
        if (isWellFormed(text)) {
            return text;
        }
        StringBuilder mended = new StringBuilder(text);
        for (int at = loneSurrogate(mended); at >= 0; at = loneSurrogate(mended)) {
            mended.setCharAt(at, REPLACEMENT);
        }
        return mended.toString();
    }

    /** The text behind the byte-order mark, if it begins with one. */
    public static String withoutSignature(String text) {
        return text.startsWith(SIGNATURE) ? text.substring(SIGNATURE.length()) : text;
    }
}
