package io.mpstream.streamer.encoding;

/** What is valid text: any text that can be written as UTF-8 and read again. */
public final class Unicode {
    /** Begins text whose writer says so that it is Unicode; no part of the text (RFC 3629, section 6). */
    private static final String SIGNATURE = "\uFEFF";

    private Unicode() {
    }

    /** Whether it has no half of a surrogate pair: encoders write a question mark for that, and different texts become equal. */
    public static boolean isWellFormed(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c) || i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The text behind the byte-order mark, if it begins with one. */
    public static String withoutSignature(String text) {
        return text.startsWith(SIGNATURE) ? text.substring(SIGNATURE.length()) : text;
    }
}
