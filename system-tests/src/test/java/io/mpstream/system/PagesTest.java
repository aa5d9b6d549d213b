package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Settings;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages are tested too: how long their lines are, that links lead somewhere, and that what they name is in the code. */
class PagesTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().getParent();
    private static final int LINE_LENGTH_MAX = 140;
    private static final int README_LINES_MAX = 100;
    private static final int DECISIONS_MAX = 10;
    private static final int DECISION_WORDS_MAX = 60;
    /** Sources whose words are the product's. */
    private static final Pattern PRODUCT = Pattern.compile("(api|common|responders|producer|streamer|single|otel|client)/src/main/.*");
    /** Types of others, or in another language, that a page may name. */
    private static final Set<String> FOREIGN = Set.of("EventSource", "CharSequence", "ForkJoinPool", "AbortSignal", "StreamError");
    /** Options of the benchmark, of run.sh and its words, and of programs of others. */
    private static final Set<String> OTHER_OPTIONS = Set.of("--single", "--quick", "--only", "--who", "--enable-preview", "--raw", "--json", "--url", "--offset", "--speed", "--running",
            "--limit", "--user", "--attribute", "--help", "--prefix", "--java");

    @Test
    void linesFitAScreen() {
        List<String> tooLong = new ArrayList<>();
        each((page, text) -> text.lines().filter(line -> line.length() > LINE_LENGTH_MAX && !line.startsWith("|"))
                .forEach(line -> tooLong.add(page + ": " + line)));
        assertEquals(List.of(), tooLong);
    }

    @Test
    void readmeIsShort() {
        assertTrue(read("README.md").lines().count() <= README_LINES_MAX);
    }

    @Test
    void decisionsAreFewAndShort() {
        String decisions = section(read("docs/ARCHITECTURE.md"), "Decisions");
        List<String> all = Arrays.stream(decisions.split("(?m)^(?=\\d+\\. |\\w)")).filter(part -> Character.isDigit(part.charAt(0))).toList();
        assertTrue(!all.isEmpty() && all.size() <= DECISIONS_MAX, all.toString());
        assertEquals(List.of(), all.stream().filter(each -> each.split("\\s+").length > DECISION_WORDS_MAX).toList());
    }

    @Test
    void linksLeadSomewhere() {
        List<String> broken = new ArrayList<>();
        each((page, text) -> matches("\\]\\(([^)#:]*)(?:#([^)]*))?\\)", text).forEach(link -> {
            String target = link.group(1).isEmpty() ? page : ROOT.relativize(ROOT.resolve(page).resolveSibling(link.group(1)).normalize()).toString();
            String heading = link.group(2);
            if (!Files.exists(ROOT.resolve(target)) || heading != null && !headings(read(target)).contains(heading)) {
                broken.add(page + ": " + link.group());
            }
        }));
        assertEquals(List.of(), broken);
    }

    @Test
    void typesThatPagesNameAreThere() {
        Set<String> known = sources().map(PagesTest::typeName).collect(Collectors.toCollection(() -> new TreeSet<>(FOREIGN)));
        List<String> unknown = new ArrayList<>();
        each((page, text) -> matches("`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)[`.]|\\b(\\w+(?:IT|Test))\\b", text.replaceAll("(?ms)^```.*?^```", ""))
                .map(match -> match.group(1) == null ? match.group(2) : match.group(1)).filter(name -> !known.contains(name))
                .forEach(name -> unknown.add(page + ": " + name)));
        unknown.removeIf(each -> each.startsWith("CHANGELOG.md"));
        assertEquals(List.of(), unknown);
    }

    @Test
    void optionsThatPagesNameAreThere() {
        Set<String> known = new TreeSet<>(OTHER_OPTIONS);
        Settings.defaults().keySet().forEach(known::add);
        List<String> unknown = new ArrayList<>();
        each((page, text) -> matches("(?<![\\w-])--[a-z][a-z-]*", text.replace('_', '-')).map(MatchResult::group).filter(name -> !known.contains(name))
                .forEach(name -> unknown.add(page + ": " + name)));
        assertEquals(List.of(), unknown);
    }

    /** A row is a term, its type as a link to the type's file, and what it is. */
    @Test
    void glossaryIsThatOfTheCode() {
        String glossary = read("docs/GLOSSARY.md");
        List<String> wrong = new ArrayList<>();
        Set<String> types = new TreeSet<>();
        Set<String> terms = new TreeSet<>();
        Set<String> rooms = new TreeSet<>();
        matches("(?m)^\\| \\*\\*(.+?)\\*\\* \\| \\[`(\\w+)`\\]\\(\\.\\./(\\S+)\\) \\| .+ \\|$", glossary).forEach(row -> {
            String type = row.group(2);
            Path file = ROOT.resolve(row.group(3));
            boolean isDeclared = typeName(file).equals(type) && matches("(class|interface|record|enum) " + type + "\\b", read(row.group(3))).findAny().isPresent();
            if (!terms.add(row.group(1)) || !types.add(type) || !isDeclared) {
                wrong.add(row.group());
            }
            rooms.add(room(file));
        });
        assertEquals(List.of(), wrong);
        assertEquals(glossary.lines().filter(line -> line.startsWith("| **")).count(), terms.size(), "rows of another form");
        Set<String> expected = sources().filter(file -> PRODUCT.matcher(ROOT.relativize(file).toString()).matches()).map(PagesTest::room)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, rooms);
        assertEquals(expected, matches("(?m)^## `(.+)`$", glossary).map(heading -> heading.group(1)).collect(Collectors.toCollection(TreeSet::new)));
        Stream.of(Request.class, Frame.class).flatMap(records -> Arrays.stream(records.getPermittedSubclasses()))
                .forEach(record -> assertTrue(types.contains(record.getSimpleName()), record.getSimpleName()));
    }

    private static String room(Path file) {
        return file.getParent().toString().replaceFirst(".*/io/mpstream/", "").replace('/', '.');
    }

    private static String typeName(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    /** The text of a page under this heading. */
    private static String section(String page, String heading) {
        String from = page.substring(page.indexOf("## " + heading + "\n") + heading.length() + 4);
        return from.contains("\n## ") ? from.substring(0, from.indexOf("\n## ")) : from;
    }

    /** As links name them. */
    private static Set<String> headings(String page) {
        return matches("(?m)^#+ (.*)$", page)
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-')).collect(Collectors.toSet());
    }

    private static Stream<MatchResult> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results();
    }

    private static void each(BiConsumer<String, String> onPage) {
        files(".md").map(file -> ROOT.relativize(file).toString()).forEach(page -> onPage.accept(page, read(page)));
    }

    private static Stream<Path> sources() {
        return files(".java").filter(file -> !file.endsWith("package-info.java"));
    }

    private static Stream<Path> files(String ending) {
        Set<String> others = Set.of("target", "node_modules", ".git", "results");
        try (Stream<Path> files = Files.find(ROOT, Integer.MAX_VALUE, (path, attributes) -> path.toString().endsWith(ending))) {
            return files.filter(path -> Stream.of(ROOT.relativize(path).toString().split("/")).noneMatch(others::contains)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(String page) {
        try {
            return Files.readString(ROOT.resolve(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
