package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Says what is wrong with what clients got, whatever has happened to the processes meanwhile. */
final class Judge {
    private static final int LISTED = 200;
    private static final int WORDS_MAX = 20;
    private static final Pattern SUSPICIOUS = Pattern.compile("Exception| ERROR |fatal error|SIGBUS");
    /** What the responder throws; warnings of a disk that is nearly full; connections that come while the listener closes. */
    private static final List<String> KNOWN = List.of(ScriptResponder.WantedException.class.getName(), "disk~space~checker", "the disk of the journals has ",
            "XNIO000011", "XNIO007007", "has no beginning: nothing can be read from it");
    /** What is said before what it is about, on the next line. */
    private static final String LISTENER_THREW = "XNIO001007";
    /** What a disk that was filled does to text that a process which stood still had not read yet: it leaves. */
    private static final List<String> KNOWN_OF_LEAVING = List.of("deleted from under the queue", " is missing after offset ");

    /** What may happen to an answer through no fault of anybody. */
    enum Pardon {
        /** It fails before its time. */
        FAILING,
        /** It leaves, or what a reader still wants of it. */
        LEAVING,
        /** It is cancelled, since those who read it have left. */
        CANCELLING
    }

    private final Set<Pardon> pardons;
    /** Streams that no client knows, which must have left. */
    private final Set<String> left = new TreeSet<>();
    private final List<String> found = Collections.synchronizedList(new ArrayList<>());

    /** With nothing to be surprised at but this. */
    Judge(Pardon... pardons) {
        this.pardons = Set.of(pardons);
    }

    /** All that is wrong, a line each. */
    List<String> found() {
        return found;
    }

    void find(String what) {
        found.add(what);
    }

    /** The text of one client, and its end. */
    void hear(Player player) {
        Rebuilt got = player.got();
        if (player.reached() < 0) {
            if (player.hasLeft()) {
                return;
            }
            find("has never begun: " + player);
            return;
        }
        Script script = player.part().script();
        byte[] whole = script.textBeyond(got.offset()).getBytes(StandardCharsets.UTF_8);
        if (player.hasLeft() && got instanceof RebuiltText plain && got.offset() == whole.length + 1) {
            // It left between the line feed behind the text and the trailers.
            plain.dropLineFeed();
        }
        if (got.offset() < player.start() || got.offset() > whole.length) {
            find("is where there is no text: " + player);
            return;
        }
        String expected = new String(whole, (int) player.start(), (int) (got.offset() - player.start()), StandardCharsets.UTF_8);
        String text = got.text();
        if (!text.equals(player.part().shape().arriving(expected))) {
            find("got another text, from character " + Arrays.mismatch(text.toCharArray(), player.part().shape().arriving(expected).toCharArray()) + " on: " + player);
        }
        String wrong = wrongEnd(player, script, got.offset() == whole.length && !script.isEndless());
        if (wrong != null) {
            find(wrong + ": " + player);
        }
        if (got.sha256() != null && "completed".equals(got.outcome()) && !got.sha256().equals(sha256(whole))) {
            find("got another digest: " + player);
        }
    }

    private String wrongEnd(Player player, Script script, boolean isWhole) {
        boolean mayFail = pardons.contains(Pardon.FAILING) || script.mode() == Script.Mode.FAILS && isWhole;
        return switch (player.got().outcome()) {
            case null -> player.hasLeft() || player.isGone() && pardons.contains(Pardon.LEAVING) ? null : "has no end";
            case "completed" -> isWhole && script.mode() != Script.Mode.FAILS ? null : "is completed too soon";
            case "failed" -> mayFail ? null : "has failed without a reason";
            case "cancelled" -> script.isEndless() || pardons.contains(Pardon.CANCELLING) ? null : "was cancelled by nobody";
            default -> "ended somehow";
        };
    }

    /** All who saw a stream to its end saw the same end. */
    void compare(List<Player> players) {
        Map<String, List<Player>> byStream = players.stream().filter(player -> player.got().outcome() != null)
                .collect(Collectors.groupingBy(player -> player.got().stream()));
        byStream.forEach((stream, viewers) -> {
            Set<String> ends = viewers.stream().map(Judge::end).collect(Collectors.toSet());
            if (ends.size() > 1) {
                find("ended in several ways, " + ends + ": " + viewers);
            }
        });
    }

    private static String end(Player player) {
        return player.got().outcome() + " at " + player.got().offset();
    }

    /** Each query that was accepted has begun once at most, and nothing else has begun. */
    void count(List<Player> players, Path runs) throws IOException {
        Set<String> accepted = players.stream().map(player -> player.got().stream()).filter(stream -> stream != null).collect(Collectors.toSet());
        Set<String> begun = new TreeSet<>();
        Set<String> ran = new TreeSet<>();
        for (String line : Files.exists(runs) ? Files.readAllLines(runs) : List.<String>of()) {
            String[] words = line.split(" ", 2);
            // A producer that is killed just before an answer begins has told that it would: the next one goes on with it.
            ran.add(words[1]);
            if (words[0].equals("wrong")) {
                find("was resumed with another text: " + words[1]);
            }
            if (words[0].equals("begin") && !begun.add(words[1])) {
                find("has run twice: " + words[1]);
            }
        }
        Set<String> unknown = new TreeSet<>(ran);
        unknown.removeAll(accepted);
        if (pardons.contains(Pardon.LEAVING)) {
            // Before its client was told its name, which has another one now, under the same key.
            left.addAll(unknown);
        } else {
            unknown.forEach(stream -> find("runs for nobody: " + stream));
        }
        players.stream().filter(player -> "completed".equals(player.got().outcome()) && !ran.contains(player.got().stream()))
                .forEach(player -> find("is completed and has never run: " + player));
    }

    /** The list tells of each stream what its viewers saw. */
    void list(List<Player> players, RunningServer server) {
        Map<String, String> listed = new HashMap<>();
        String before = "";
        do {
            JsonNode page = Requests.json(Requests.to(server).get("/v1/streams?limit=" + LISTED + before));
            page.get("streams").forEach(each -> listed.put(each.get("id").asString(), each.get("state").asString() + " at " + each.get("offset").asString()));
            before = page.get("next").isNull() ? "" : "&before=" + page.get("next").asString();
        } while (!before.isEmpty());
        for (Player player : players) {
            String told = listed.get(player.got().stream());
            if (told == null ? !pardons.contains(Pardon.LEAVING) : player.got().outcome() != null && !told.equals(end(player))) {
                find("is listed as " + told + ": " + player);
            }
        }
        left.stream().filter(listed::containsKey).forEach(stream -> find("runs for nobody, and has not left: " + stream));
        listed.forEach((stream, told) -> {
            if (told.startsWith("started") || told.startsWith("queued")) {
                find("is listed without an end, " + told + ": " + stream);
            }
        });
    }

    /** The processes' output has no error that is not known. */
    void read(List<String> output) {
        boolean isKnown = false;
        int words = 0;
        for (int i = 0; i < output.size(); i++) {
            String line = output.get(i);
            boolean isTrace = line.startsWith("\tat ") || line.startsWith("Caused by");
            String about = line.contains(LISTENER_THREW) && i + 1 < output.size() ? output.get(i + 1) : line;
            isKnown = isTrace ? isKnown : isKnown(about);
            if (!isKnown && (isTrace || SUSPICIOUS.matcher(line).find()) && words++ < WORDS_MAX) {
                find("the processes said: " + line);
            }
        }
    }

    private boolean isKnown(String line) {
        return KNOWN.stream().anyMatch(line::contains) || pardons.contains(Pardon.LEAVING) && KNOWN_OF_LEAVING.stream().anyMatch(line::contains);
    }

    /** How many files a process has open. */
    static long openFiles(ProcessHandle process) {
        try (var files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What they are, with how many there are of each; without their numbers. */
    static Map<String, Long> namesOfOpenFiles(ProcessHandle process) {
        try (var files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return files.map(Judge::target).collect(Collectors.groupingBy(name -> name.replaceAll("[0-9]+", "#"), Collectors.counting()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // Closed in the meantime.
            return "";
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
