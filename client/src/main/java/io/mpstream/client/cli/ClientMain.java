package io.mpstream.client.cli;

import io.mpstream.client.GoneException;
import io.mpstream.client.Mpstream;
import io.mpstream.client.MpstreamException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The command line. Ends with 0 if the answer is completed, or what was wanted is done; 1 if it failed, 2 if the command line is wrong, 3 if it was
 * cancelled, 4 if it is gone; 141 if nobody reads its output any more.
 */
public final class ClientMain {
    /** System property: which of {@code out} and {@code err} is a terminal, which Java cannot tell. */
    static final String TERMINAL = "mpstream.terminal";

    private static final String URL = "MPSTREAM_URL";
    private static final String TOKEN = "MPSTREAM_TOKEN";
    private static final String DEFAULT_URL = "http://localhost:8000";
    /** As a shell has it for what ends by SIGPIPE. */
    private static final int BROKEN_PIPE = 141;

    private ClientMain() {
    }

    /** Runs it, and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv(), System.in));
    }

    /** Does what a command line wants, and returns its exit code. */
    static int run(List<String> args, Map<String, String> environment, InputStream in) {
        String terminal = System.getProperty(TERMINAL, "");
        Screen screen = new Screen(terminal.contains("out"), terminal.contains("err"));
        try {
            int end = args.indexOf("--");
            if (args.subList(0, end < 0 ? args.size() : end).contains("--help")) {
                screen.print(help());
                return Commands.COMPLETED;
            }
            return new Commands(client(environment), screen, in).run(Arguments.read(args));
        } catch (UsageException | IllegalArgumentException e) {
            return complain(screen, e, Commands.USAGE);
        } catch (GoneException e) {
            return complain(screen, e, Commands.GONE);
        } catch (MpstreamException e) {
            return complain(screen, e, Commands.FAILED);
        } catch (UncheckedIOException e) {
            return isBrokenPipe(e.getCause()) ? BROKEN_PIPE : complain(screen, e.getCause(), Commands.FAILED);
        }
    }

    private static int complain(Screen screen, Exception e, int code) {
        screen.complain(Screen.plain(String.valueOf(e.getMessage())));
        return code;
    }

    private static boolean isBrokenPipe(IOException e) {
        return String.valueOf(e.getMessage()).contains("Broken pipe");
    }

    private static Mpstream client(Map<String, String> environment) {
        String url = environment.getOrDefault(URL, DEFAULT_URL);
        String token = environment.getOrDefault(TOKEN, "");
        if (!token.matches("[!-~]*")) {
            throw new UsageException(TOKEN + " has characters that no token has");
        }
        try {
            Mpstream client = Mpstream.at(URI.create(url));
            return token.isEmpty() ? client : client.token(() -> token);
        } catch (IllegalArgumentException e) {
            throw new UsageException(URL + ": '" + url + "' is no address such as " + DEFAULT_URL);
        }
    }

    private static String help() {
        return "Usage:\n" + Arrays.stream(Word.values()).map(Word::help).collect(Collectors.joining())
                + "\n" + URL + " is where the server is (" + DEFAULT_URL + "), " + TOKEN + " what is shown there.\n"
                + "Exit codes: 0 completed, 1 failed, 2 wrong usage, 3 cancelled, 4 gone. docs/CLIENTS.md tells more.\n";
    }
}
