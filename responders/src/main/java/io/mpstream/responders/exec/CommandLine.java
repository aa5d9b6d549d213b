package io.mpstream.responders.exec;

import java.util.ArrayList;
import java.util.List;

/** Splits a command as a POSIX shell splits words, and does nothing else that a shell does: no variables, no patterns, no pipes. */
final class CommandLine {
    private static final char NOTHING = 0;

    private CommandLine() {
    }

    /**
     * The words of a command.
     *
     * @throws IllegalArgumentException if there is none, or a quote is not closed
     */
    static List<String> split(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = NOTHING;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (quote == NOTHING && Character.isWhitespace(c)) {
                add(words, word);
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (c == quote) {
                quote = NOTHING;
            } else if (quote == NOTHING && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == '\\' && i + 1 < command.length() && isEscaped(quote, command.charAt(i + 1))) {
                word.append(command.charAt(++i));
            } else {
                word.append(c);
            }
        }
        if (quote != NOTHING) {
            throw new IllegalArgumentException("--exec has a " + quote + " that is not closed");
        }
        add(words, word);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("--exec must be a command: give --exec 'python3 gen.py'");
        }
        return List.copyOf(words);
    }

    /** POSIX, Shell Command Language, 2.2.1 to 2.2.3. */
    private static boolean isEscaped(char quote, char next) {
        return quote == NOTHING || quote == '"' && (next == '"' || next == '\\' || next == '$' || next == '`');
    }

    private static void add(List<String> words, StringBuilder word) {
        if (word != null) {
            words.add(word.toString());
        }
    }
}
