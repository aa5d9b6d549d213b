package io.mpstream.client.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command line, read: a word, then options and arguments in any order; after {@code --} there are only arguments.
 *
 * @param word    what is wanted
 * @param options the values of those that are given, empty strings for those without
 * @param rest    the arguments
 */
record Arguments(Word word, Map<String, List<String>> options, List<String> rest) {
    /** What stands for bytes that were no UTF-8. */
    private static final char UNDECODED = '\uFFFD';

    /**
     * Reads one.
     *
     * @throws UsageException if it says nothing that can be done
     */
    static Arguments read(List<String> args) {
        if (args.isEmpty()) {
            throw new UsageException("a word is wanted; --help lists them");
        }
        Word word = Word.of(args.get(0));
        Map<String, List<String>> options = new LinkedHashMap<>();
        List<String> rest = new ArrayList<>();
        boolean isOver = false;
        for (int i = 1; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.indexOf(UNDECODED) >= 0) {
                throw new UsageException("'" + arg + "' is not UTF-8");
            }
            if (isOver || !arg.startsWith("--")) {
                rest.add(arg);
            } else if (arg.equals("--")) {
                isOver = true;
            } else {
                i += option(word, arg, i + 1 < args.size() ? args.get(i + 1) : null, options);
            }
        }
        word.requireCount(rest.size());
        return new Arguments(word, options, rest);
    }

    /** Takes an option; returns how many arguments its value is. */
    private static int option(Word word, String arg, String next, Map<String, List<String>> options) {
        int equals = arg.indexOf('=');
        String name = equals < 0 ? arg : arg.substring(0, equals);
        String wanted = word.placeholder(name);
        String value = equals >= 0 ? arg.substring(equals + 1) : wanted.isEmpty() ? "" : next;
        if (value == null || wanted.isEmpty() && equals >= 0) {
            throw new UsageException(name + (wanted.isEmpty() ? " takes no value" : " wants a value: " + name + " " + wanted));
        }
        List<String> values = options.computeIfAbsent(name, none -> new ArrayList<>());
        if (!values.isEmpty() && !name.equals("--attribute")) {
            throw new UsageException(name + " is given twice");
        }
        values.add(value);
        return equals >= 0 || wanted.isEmpty() ? 0 : 1;
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    /** Its value, or this one if it is not given. */
    String value(String option, String otherwise) {
        return options.getOrDefault(option, List.of(otherwise)).get(0);
    }

    /** Its value as a whole number. */
    long number(String option, long otherwise) {
        String value = value(option, Long.toString(otherwise));
        if (!value.matches("\\d{1,18}")) {
            throw new UsageException(option + " is no number: '" + value + "'");
        }
        return Long.parseLong(value);
    }

    /** Its value as a number above 0, or 0 if it is not given. */
    double factor(String option) {
        String value = value(option, "0");
        if (has(option) && (!value.matches("\\d{1,4}(\\.\\d{1,3})?") || Double.parseDouble(value) == 0)) {
            throw new UsageException(option + " is no number above 0, such as 4 or 0.5: '" + value + "'");
        }
        return Double.parseDouble(value);
    }

    /** The only argument, or this if there is none. */
    String argument(String otherwise) {
        return rest.isEmpty() ? otherwise : rest.get(0);
    }
}
