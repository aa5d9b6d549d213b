package io.mpstream.client.cli;

import io.mpstream.client.Answer;
import io.mpstream.client.End;
import io.mpstream.client.GoneException;
import io.mpstream.client.Mpstream;
import io.mpstream.client.Question;
import io.mpstream.client.StreamPage;
import io.mpstream.client.StreamStatus;
import io.mpstream.client.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Does what a command line wants, and returns its exit code. */
final class Commands {
    static final int COMPLETED = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int CANCELLED = 3;
    static final int GONE = 4;

    /** What this client's forerunner asked. */
    private static final String DEFAULT_QUERY = "醒醒，Neo";
    private static final int QUERY_BYTES_MAX = 1 << 20;
    private static final int PAGE = 500;
    private static final long LIMIT = 50;
    /** How long a server that is being started again may take. */
    private static final Duration FIRST_CONTACT = Duration.ofSeconds(3);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private final Mpstream client;
    private final Screen screen;
    private final InputStream in;

    Commands(Mpstream client, Screen screen, InputStream in) {
        this.client = client;
        this.screen = screen;
        this.in = in;
    }

    int run(Arguments arguments) {
        String trouble = client.giveUpAfter(FIRST_CONTACT).trouble();
        return switch (arguments.word()) {
            case ASK -> ask(arguments);
            case FOLLOW -> follow(arguments);
            case TAIL -> print(client.feed(arguments.argument("")), arguments);
            case LS -> list(arguments);
            case SHOW -> show(arguments);
            case STOP -> stop(arguments);
            case TOKEN -> token(arguments);
            case HEALTH -> {
                screen.line(trouble.isEmpty() ? "ready" : Screen.plain(trouble));
                yield trouble.isEmpty() ? COMPLETED : FAILED;
            }
        };
    }

    private int ask(Arguments arguments) {
        String query = arguments.argument(DEFAULT_QUERY);
        Question question = Question.of(query.equals("-") ? standardInput() : query).user(arguments.value("--user", ""))
                .responder(arguments.value("--responder", "")).onDisconnect(arguments.value("--on-disconnect", ""));
        for (String attribute : arguments.options().getOrDefault("--attribute", List.of())) {
            int equals = attribute.indexOf('=');
            if (equals <= 0) {
                throw new UsageException("--attribute wants NAME=VALUE: '" + attribute + "'");
            }
            question = question.attribute(attribute.substring(0, equals), attribute.substring(equals + 1));
        }
        return print(client.ask(question), arguments);
    }

    /** All of it, but for one line end behind it. */
    private String standardInput() {
        try {
            byte[] bytes = in.readNBytes(QUERY_BYTES_MAX + 1);
            if (bytes.length > QUERY_BYTES_MAX) {
                throw new UsageException("standard input has more than the 1 MiB that a query may have");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().replaceFirst("\r?\n\\z", "");
        } catch (CharacterCodingException e) {
            throw new UsageException("standard input is not UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int follow(Arguments arguments) {
        String id = arguments.argument("");
        long offset = arguments.number("--offset", 0);
        double speed = arguments.factor("--speed");
        return print(speed == 0 ? client.follow(id, offset) : client.replay(id, offset, speed), arguments);
    }

    private int print(Answer opened, Arguments arguments) {
        boolean isJson = arguments.has("--json");
        try (Answer answer = opened) {
            End end = answer.follow(new Printer(screen, isJson));
            screen.end();
            if (!isJson && !end.isCompleted()) {
                screen.complain(end.outcome() == End.Outcome.FAILED ? "the answer failed: " + Screen.plain(end.detail()) : "the answer was cancelled");
            }
            return switch (end.outcome()) {
                case COMPLETED -> COMPLETED;
                case FAILED -> FAILED;
                case CANCELLED -> CANCELLED;
            };
        }
    }

    private int list(Arguments arguments) {
        boolean isRunning = arguments.has("--running");
        long left = arguments.number("--limit", LIMIT);
        String before = "";
        do {
            StreamPage page = client.list(arguments.value("--user", ""), isRunning ? PAGE : (int) Math.min(PAGE, Math.max(1, left)), before);
            for (StreamPage.Entry entry : page.streams()) {
                if (left > 0 && !(isRunning && entry.isEnded())) {
                    screen.line(arguments.has("--json") ? json(entry) : "%s  %-9s  %9d  %s  %s".formatted(entry.id(), entry.state(), entry.offset(),
                            TIME.format(entry.acceptedAt().atZone(ZoneId.systemDefault())), Screen.plain(entry.query())));
                    left--;
                }
            }
            before = page.next();
        } while (left > 0 && !before.isEmpty());
        return COMPLETED;
    }

    private static String json(StreamPage.Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", entry.id());
        json.put("query", entry.query());
        json.put("user", entry.user());
        json.put("state", entry.state());
        json.put("offset", entry.offset());
        json.put("acceptedAt", text(entry.acceptedAt()));
        json.put("startedAt", text(entry.startedAt()));
        json.put("endedAt", text(entry.endedAt()));
        return JsonWriter.write(json);
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    private int show(Arguments arguments) {
        StreamStatus status = client.status(arguments.argument(""));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", status.id());
        json.put("state", status.state());
        json.put("offset", status.offset());
        screen.line(arguments.has("--json") ? JsonWriter.write(json) : status.id() + "  " + status.state() + "  " + status.offset() + " bytes");
        return COMPLETED;
    }

    /** All of them, also if one is gone. */
    private int stop(Arguments arguments) {
        int code = COMPLETED;
        for (String id : arguments.rest()) {
            try {
                client.stop(id);
            } catch (GoneException e) {
                screen.complain(id + " is " + e.getMessage());
                code = GONE;
            }
        }
        return code;
    }

    private int token(Arguments arguments) {
        screen.line(client.issue(arguments.argument(System.getProperty("user.name"))));
        return COMPLETED;
    }
}
