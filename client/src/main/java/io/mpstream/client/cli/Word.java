package io.mpstream.client.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a command line begins with, the options that it may have, and how many arguments. */
enum Word {
    /** Asks a query, of which there is one if none is given. */
    ASK("[QUERY | -]", "asks, and prints the answer; - reads the query from standard input", 0, 1, "--responder NAME", "--user NAME", "--attribute NAME=VALUE",
            "--on-disconnect TIME", "--json"),
    /** Follows a stream. */
    FOLLOW("ID", "prints an answer from its start, or from an offset", 1, 1, "--offset BYTES", "--speed TIMES", "--json"),
    /** Follows a feed. */
    TAIL("FEED", "prints a feed from now on", 1, 1, "--json"),
    /** Lists streams. */
    LS("", "lists the newest streams", 0, 0, "--user NAME", "--limit COUNT", "--running", "--json"),
    /** Tells where a stream stands. */
    SHOW("ID", "tells where a stream stands", 1, 1, "--json"),
    /** Stops streams. */
    STOP("ID...", "stops streams, for all who read them", 1, Integer.MAX_VALUE),
    /** Has a token issued. */
    TOKEN("[USER]", "prints a token, where the server issues them", 0, 1),
    /** Tells whether the server is ready. */
    HEALTH("", "tells whether the server is ready", 0, 0);

    private final String arguments;
    private final String what;
    private final int argumentsMin;
    private final int argumentsMax;
    private final List<String> options;

    Word(String arguments, String what, int argumentsMin, int argumentsMax, String... options) {
        this.arguments = arguments;
        this.what = what;
        this.argumentsMin = argumentsMin;
        this.argumentsMax = argumentsMax;
        this.options = List.of(options);
    }

    /** As it is written. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Word of(String text) {
        return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst()
                .orElseThrow(() -> new UsageException("there is no word '" + text + "'; known are " + Arrays.stream(values()).map(Word::text).collect(Collectors.joining(", "))));
    }

    /** What an option's value is called, an empty string if it has none. */
    String placeholder(String option) {
        for (String each : options) {
            String[] parts = each.split(" ");
            if (parts[0].equals(option)) {
                return parts.length > 1 ? parts[1] : "";
            }
        }
        throw new UsageException(text() + " has no option " + option + (options.isEmpty() ? "" : "; known are " + options.stream().map(each -> each.split(" ")[0]).collect(Collectors.joining(", "))));
    }

    void requireCount(int count) {
        if (count < argumentsMin) {
            throw new UsageException(text() + " wants " + arguments);
        }
        if (count > argumentsMax) {
            throw new UsageException(text() + (argumentsMax == 0 ? " takes no argument" : " takes one argument; quote what has spaces in it"));
        }
    }

    /** For people. */
    String help() {
        String all = options.stream().map(each -> " [" + each + "]").collect(Collectors.joining());
        return "  run.sh " + text() + all + (arguments.isEmpty() ? "" : " " + arguments) + "\n      " + what + "\n";
    }
}
