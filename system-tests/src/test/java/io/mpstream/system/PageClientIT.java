package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** The page in a real browser, with what a user does there, while processes die and tokens expire. */
@Order(1)
@Timeout(300)
class PageClientIT {
    private static final Path PICTURES = RunningServer.RUN_SH.resolveSibling("system-tests").resolve("target/page");
    private static final String STATE = ".pane .state";
    private static final String TOLD = ".pane .told";
    private static final String TEXT = ".pane .text";
    private static final String REPLAYED = ".text:not([hidden])";
    /** What the browser says of requests that fail while a process is away. */
    private static final String OF_REQUESTS = ".*(Failed to load resource|WebSocket connection to).*";
    private static final int MEBIBYTES = 10;
    private static final long HEAP_MAX = 200_000_000;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer open;
    @AutoClose
    private static RunningServer closed;

    @AutoClose
    private static Browser browser;

    /** What a test alone uses: it goes after the browser, which would say that it cannot be reached. */
    private RunningServer own;
    private boolean isCalm;

    @BeforeAll
    static void start() {
        ClientProgram.assumeInstalled("chromium", "chromium");
        ClientProgram.assumeInstalled("chromedriver", "chromium-driver");
        browser = Browser.start(folder);
        open = RunningServer.start(folder, "--responder", "steps=" + Steps.responder(), "--responder", "fake=fake", "--interval", "100ms", "--max-gen-len", "40",
                "--data-dir", "open", "--feed", "news=number 0 100000 100");
        closed = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file",
                io.mpstream.system.Keys.secretFile(folder).toString(), "--issue-tokens", "--token-life", "6s", "--data-dir", "closed");
    }

    @BeforeEach
    void begin() {
        browser.anew();
        own = null;
        isCalm = true;
    }

    /** Whatever is done: no script fails, and nothing breaks the page's own terms. */
    @AfterEach
    void hasNoErrors() {
        List<String> console = browser.console().stream().filter(line -> isCalm || !line.matches(OF_REQUESTS)).toList();
        browser.open("about:blank");
        if (own != null) {
            own.close();
        }
        assertEquals(List.of(), console);
    }

    private void ask(String query) {
        browser.type("#query", query);
        browser.find("#query").sendKeys(Keys.ENTER);
    }

    private String stream() {
        return browser.driver().getCurrentUrl().replaceAll(".*#([0-9a-f]{32}).*", "$1");
    }

    private void awaitWhole(String text) {
        browser.await(STATE, "Completed"::equals);
        assertEquals(text, browser.text(TEXT));
        assertTrue(browser.text(TOLD).endsWith("digest verified"), browser.text(TOLD));
    }

    @Test
    void textGoesOnWhenTheStreamerIsKilled() {
        Path runs = folder.resolve("runs");
        Path gate = folder.resolve("gate");
        isCalm = false;
        browser.open(open.address());
        ask(Steps.of("note " + runs, "number 0 50 30", "await " + gate, "number 50 100 30"));
        browser.await(TEXT, text -> text.endsWith("49;"));
        open.kill("streamer");
        browser.await(STATE, "Lost"::equals);
        Steps.open(gate);
        awaitWhole(Steps.numbers(0, 100));
        assertEquals("resumed at byte " + Steps.numbers(0, 50).length(), browser.text(".resumed"));
        assertTrue(browser.has(".seam"));
        assertEquals(1, Steps.noted(runs));
    }

    @Test
    void textGoesOnWhenTheProducerIsKilledIfItsResponderCan() {
        browser.open(open.address());
        browser.find("#responder").sendKeys("fake");
        ask("wake up");
        browser.await(TEXT, text -> text.contains("Message 3."));
        open.kill("producer");
        browser.await(STATE, "Completed"::equals);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            all.append("wake up: 我是新消息，我叫Message ").append(i).append(". ");
        }
        awaitWhole(all.toString());
    }

    @Test
    void textThatIsCutShortDoesNotLookWhole() {
        browser.open(open.address());
        ask(Steps.of("number 0 20 20", "hang"));
        browser.await(TEXT, text -> text.endsWith("19;"));
        open.kill("producer");
        browser.await(STATE, "Failed"::equals);
        assertEquals(Steps.numbers(0, 20), browser.text(TEXT));
        assertFalse(browser.text(TOLD).contains("verified"), browser.text(TOLD));
        ask(Steps.HALF);
        browser.await(TEXT, "half"::equals);
        browser.await(STATE, "Failed"::equals);
    }

    @Test
    void connectionThatTheUserCutsIsResumedAtTheNextCharacter() {
        Path gate = folder.resolve("gate-cut");
        browser.open(open.address());
        ask(Steps.of("say 醒醒", "await " + gate, "number 0 50 10"));
        browser.await(TEXT, "醒醒"::equals);
        browser.press("Cut connection");
        Steps.open(gate);
        awaitWhole("醒醒" + Steps.numbers(0, 50));
        assertEquals("resumed at byte 6", browser.text(".resumed"));
    }

    @Test
    void reloadedPageHasItsStreamsAgain() {
        Path gate = folder.resolve("gate-reload");
        browser.open(open.address());
        ask(Steps.of("number 0 50 10", "await " + gate, "number 50 100 10"));
        browser.await(TEXT, text -> text.endsWith("49;"));
        browser.driver().navigate().refresh();
        browser.await(TEXT, text -> text.endsWith("49;"));
        assertEquals("Writing", browser.text(STATE));
        Steps.open(gate);
        awaitWhole(Steps.numbers(0, 100));
    }

    @Test
    void secondTabJoinsAndBothSeeTheStop() {
        browser.open(open.address());
        ask(Steps.of("say to be joined", "hang"));
        browser.await(TEXT, "to be joined"::equals);
        String first = browser.newTab();
        browser.open(open.address());
        browser.await(".streams li .query", text -> text.startsWith("say to be joined"));
        browser.click(".streams li button");
        browser.await(TEXT, "to be joined"::equals);
        browser.press("Stop");
        browser.await(STATE, "Stopped"::equals);
        browser.toTab(first);
        browser.await(STATE, "Stopped"::equals);
    }

    @Test
    void replayAtFourTimesTakesAQuarterOfTheTime() {
        browser.open(open.address());
        ask("number 0 40 100");
        awaitWhole(Steps.numbers(0, 40));
        JsonNode entry = Rebuilt.JSON.readTree(Requests.to(open).get("/v1/streams?limit=500").body()).get("streams").valueStream()
                .filter(each -> each.get("id").asString().equals(stream())).findFirst().orElseThrow();
        double tookS = Duration.between(Instant.parse(entry.get("startedAt").asString()), Instant.parse(entry.get("endedAt").asString())).toMillis() / 1_000.0;
        String text = Steps.numbers(0, 40);
        browser.press("Replay");
        // In the middle, to and fro: nothing is lost or doubled.
        for (String speed : List.of("4×", "1×", "4×", "1×", "4×")) {
            browser.await(REPLAYED, seen -> seen.length() > 10);
            browser.press(speed);
        }
        browser.await(".replay .told", said -> said.contains(" in "));
        assertEquals(text, browser.text(REPLAYED));
        browser.press("4×");
        String told = browser.await(".replay .told", said -> said.startsWith(text.length() + " bytes in "));
        double replayS = Double.parseDouble(told.replaceAll(".* in (.*) s", "$1"));
        assertTrue(replayS > 0.2 * tookS && replayS < 0.5 * tookS, told + " of " + tookS);
        assertEquals(text, browser.text(REPLAYED));
        browser.press("At once");
        browser.await(".replay .told", said -> said.matches(text.length() + " bytes in 0\\.\\d s"));
        assertEquals(text, browser.text(REPLAYED));
        // The scrubber, by keys: from its beginning.
        browser.find(".replay input").sendKeys(Keys.HOME);
        browser.await(".replay .told", said -> said.matches(text.length() + " bytes in .* s"));
        browser.press("Back to live");
        assertEquals(text, browser.text(REPLAYED));
    }

    @Test
    void placeInTheLineIsToldAndSilenceToo() throws IOException {
        Path one = Files.createDirectory(folder.resolve("one"));
        Path gate = folder.resolve("gate-one");
        own = RunningServer.start(one, "--single", "--responder", Steps.responder(), "--concurrency", "1");
        Requests.to(own).ask(Steps.of("say first", "await " + gate));
        browser.open(own.address());
        ask(Steps.of("say second", "await " + folder.resolve("gate-two")));
        browser.await(STATE, "Waiting"::equals);
        browser.await(TOLD, text -> text.startsWith("1st in line"));
        Steps.open(gate);
        browser.await(TEXT, "second"::equals);
        browser.await(TOLD, text -> text.matches("6 bytes · silent for \\d+ s"));
        Steps.open(folder.resolve("gate-two"));
        awaitWhole("second");
    }

    @Test
    void feedIsFollowedBesideAStreamOnOneConnection() {
        browser.open(open.address());
        browser.type("#feed", "news");
        browser.click(".feed button");
        browser.await(TEXT, text -> text.matches("(\\d+;){5,}"));
        ask("number 0 5 10");
        awaitWhole(Steps.numbers(0, 5));
        assertEquals(2L, browser.run("return document.querySelectorAll('.pane').length"));
        assertEquals(0L, browser.run("return performance.getEntriesByType('resource').filter(e => e.name.includes('/v1/stream/')).length"));
        browser.driver().navigate().refresh();
        browser.find(".pane[aria-label='Feed news']");
        browser.await(".pane[aria-label='Feed news'] .text", text -> text.matches("(\\d+;){5,}"));
    }

    @Test
    void textIsTextWhateverItSays() {
        String text = "<script>document.title = 'x'</script><img src=x onerror=alert(1)>&amp; \u202e";
        browser.open(open.address());
        ask("say " + text);
        awaitWhole(text);
        assertEquals("MPStream", browser.driver().getTitle());
    }

    @Test
    void screenReadersAreToldOnceASecond() {
        browser.open(open.address());
        ask("number 0 120 50");
        browser.run("window.told = 0; new MutationObserver(() => window.told++).observe(document.querySelector('[role=log]'), { childList: true, characterData: true, subtree: true })");
        awaitWhole(Steps.numbers(0, 120));
        long told = (long) browser.run("return window.told");
        assertTrue(told >= 1 && told <= 12, Long.toString(told));
        browser.await("[role=log]", text -> text.contains("Completed. "));
    }

    @Test
    void tenMebibytesAreWholeAndSmall() {
        browser.open(open.address());
        browser.run("window.longest = 0; new PerformanceObserver(list => list.getEntries().forEach(each => { window.longest = Math.max(window.longest, each.duration); })).observe({ type: 'longtask' })");
        ask("kibibytes " + MEBIBYTES * 1_024);
        browser.await(STATE, "Completed"::equals);
        String all = browser.await(TEXT, text -> text.length() >= Steps.kibibytes(MEBIBYTES * 1_024).length());
        assertEquals(Steps.kibibytes(MEBIBYTES * 1_024), all);
        assertTrue(browser.text(TOLD).endsWith("digest verified"), browser.text(TOLD));
        Number heap = (Number) browser.run("return performance.memory.usedJSHeapSize");
        assertTrue(heap.longValue() < HEAP_MAX, heap.toString());
        System.err.println("10 MiB: heap " + heap + ", longest task " + browser.run("return window.longest") + " ms");
    }

    private void signIn(String pasted) {
        browser.type("#token", pasted);
        browser.find("#token").sendKeys(Keys.ENTER);
    }

    private static String token(String user, long lifeS) {
        return Jwt.of(user).lives(lifeS).by(io.mpstream.system.Keys.SECRET);
    }

    @Test
    void tokenThatExpiresIsRenewed() {
        isCalm = false;
        browser.open(closed.address());
        browser.await(".token label", text -> text.startsWith("Paste a token"));
        signIn("nonsense");
        browser.await("#wrong", text -> text.contains("not good"));
        signIn(Requests.to(closed).post("/v1/token", "{'user':'Neo'}").body());
        browser.find("#query");
        ask("number 0 150 100");
        awaitWhole(Steps.numbers(0, 150));
        assertFalse(browser.has(".token"));
    }

    @Test
    void userIsAskedForAFreshTokenAndGoesOn() {
        isCalm = false;
        browser.open(closed.address());
        signIn(token("Trinity", 14));
        ask("number 0 120 130");
        browser.await(".token label", text -> text.startsWith("Your token ends in"));
        signIn(token("Trinity", 60));
        awaitWhole(Steps.numbers(0, 120));
        assertFalse(browser.has(".seam"));
        // One who comes too late goes on as well.
        browser.click(".quiet:not(.close)");
        browser.await(".token label", text -> text.startsWith("Paste a token"));
        signIn(token("Trinity", 6));
        ask("number 0 100 100");
        browser.await(".token label", text -> text.startsWith("Paste a token"));
        signIn(token("Trinity", 60));
        awaitWhole(Steps.numbers(0, 100));
    }

    @Test
    void sharedLinkShowsOneStreamToWhoeverHasIt() {
        isCalm = false;
        browser.open(closed.address());
        signIn(token("Neo", 60));
        ask(Steps.of("say shared", "hang"));
        browser.await(TEXT, "shared"::equals);
        browser.press("Share");
        String link = browser.find(".link").getDomProperty("value");
        browser.driver().manage().deleteAllCookies();
        browser.newTab();
        browser.open(link);
        browser.await(TEXT, "shared"::equals);
        assertFalse(browser.has(".ask"));
        browser.press("Cut connection");
        Requests.to(closed).as(token("Neo", 60)).delete("/v1/stream/" + link.replaceAll(".*#([0-9a-f]{32}).*", "$1"));
        browser.await(STATE, "Stopped"::equals);
    }

    @Test
    void axeFindsNothingAtAnyWidthInLightOrDark() throws IOException {
        String axe = Files.readString(ClientProgram.moduleFile("axe-core", "axe.min.js"));
        Path prose = Files.createDirectory(folder.resolve("prose"));
        own = RunningServer.start(prose, "--responder", ClientProgram.source("../Prose.java").toString());
        browser.open(own.address());
        ask("Why does a river bend?");
        browser.await(TEXT, text -> text.contains("runs faster"));
        browser.press("Cut connection");
        browser.await(TEXT, text -> text.endsWith("behind it"));
        ask("What is a journal?");
        browser.await(STATE, "Completed"::equals);
        browser.press("Replay");
        browser.press("4×");
        browser.await(".replay .told", text -> text.contains(" in "));
        browser.press("4×");
        browser.await(".replay .told", text -> text.startsWith(browser.text(TEXT).length() + " bytes in "));
        for (Dimension size : List.of(Browser.DESKTOP, Browser.PHONE)) {
            for (String scheme : List.of("light", "dark")) {
                browser.look(size, scheme);
                assertNoViolation(axe, scheme + " " + size.width);
                browser.photograph(PICTURES.resolve(scheme + "-" + size.width + ".png"));
            }
        }
        browser.press("Share");
        assertNoViolation(axe, "shared");
        isCalm = false;
        browser.open(closed.address());
        browser.find("#token");
        assertNoViolation(axe, "token");
        signIn(token("Neo", 60));
        browser.find(".empty");
        assertNoViolation(axe, "empty");
    }

    private void assertNoViolation(String axe, String what) {
        browser.run(axe + "; window.axe = axe;");
        Object found = browser.driver().executeAsyncScript("axe.run().then(result => arguments[arguments.length - 1](JSON.stringify(result.violations.map(each => [each.id, each.nodes.map(node => node.html)]))))");
        assertEquals("[]", found, what);
    }
}
