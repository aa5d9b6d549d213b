package io.mpstream.system;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium as it is installed, driven from outside; where it is not, or its driver is not, the test is skipped and says how to get it. */
final class Browser implements AutoCloseable {
    /** As large as a desk's, and as a phone's. */
    static final Dimension DESKTOP = new Dimension(1_280, 800);
    static final Dimension PHONE = new Dimension(390, 844);

    private static final int PATIENCE_S = 60;

    private final ChromeDriver driver;
    private final List<String> console = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one, with a profile of its own in this folder. */
    static Browser start(Path folder) {
        LoggingPreferences all = new LoggingPreferences();
        all.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions().setBinary(ClientProgram.path("chromium", "chromium")).addArguments("--headless", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
                "--window-size=" + DESKTOP.width + "," + DESKTOP.height);
        options.setCapability("goog:loggingPrefs", all);
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox");
        }
        try {
            options.addArguments("--user-data-dir=" + Files.createTempDirectory(folder, "profile"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // What it has beside its profile goes with the folder too.
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(new File(ClientProgram.path("chromedriver", "chromium-driver")))
                .usingAnyFreePort().withSilent(true).withEnvironment(Map.of("TMPDIR", folder.toString(), "PATH", System.getenv("PATH"))).build();
        return new Browser(new ChromeDriver(service, options));
    }

    Browser open(Object url) {
        driver.get(url.toString());
        return this;
    }

    ChromeDriver driver() {
        return driver;
    }

    /** Opens another tab, which is the one that is seen to from now on; returns the one before. */
    String newTab() {
        String before = driver.getWindowHandle();
        driver.switchTo().newWindow(WindowType.TAB);
        return before;
    }

    void toTab(String handle) {
        driver.switchTo().window(handle);
    }

    /** The first element that this selects, once it is there. */
    WebElement find(String selector) {
        return Awaitility.await(selector).atMost(Duration.ofSeconds(PATIENCE_S)).pollInterval(Duration.ofMillis(50))
                .until(() -> driver.findElements(By.cssSelector(selector)).stream().findFirst().orElse(null), element -> element != null);
    }

    boolean has(String selector) {
        return !driver.findElements(By.cssSelector(selector)).isEmpty();
    }

    void click(String selector) {
        find(selector).click();
    }

    /** The button of this name, of the pane that was opened last. */
    void press(String name) {
        driver.findElements(By.cssSelector(".pane button, .pane .speeds button")).stream().filter(button -> button.getText().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no button " + name)).click();
    }

    void type(String selector, String text) {
        WebElement field = find(selector);
        field.clear();
        field.sendKeys(text);
    }

    /** All that an element has to say, seen or not; of the first that this selects. */
    String text(String selector) {
        List<WebElement> found = driver.findElements(By.cssSelector(selector));
        try {
            return found.isEmpty() ? "" : found.getFirst().getDomProperty("textContent");
        } catch (StaleElementReferenceException e) {
            return "";
        }
    }

    /** Waits until an element says what it is to say. */
    String await(String selector, java.util.function.Predicate<String> isSo) {
        return Awaitility.await(selector).atMost(Duration.ofSeconds(PATIENCE_S)).pollInterval(Duration.ofMillis(50)).until(() -> text(selector), isSo::test);
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Light or dark, this wide. */
    void look(Dimension size, String scheme) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", size.width, "height", size.height, "deviceScaleFactor", 1, "mobile", size == PHONE));
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    void photograph(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** What its console has said so far, errors of pages and of requests too. */
    List<String> console() {
        driver.manage().logs().get(LogType.BROWSER).forEach(entry -> console.add(entry.getLevel() + " " + entry.getMessage()));
        return console;
    }

    /** As it was when it was started: one empty tab, nothing kept, nothing said. */
    Browser anew() {
        List<String> before = List.copyOf(driver.getWindowHandles());
        newTab();
        String fresh = driver.getWindowHandle();
        for (String tab : before) {
            driver.switchTo().window(tab).close();
        }
        toTab(fresh);
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        driver.executeCdpCommand("Storage.clearDataForOrigin", Map.of("origin", "*", "storageTypes", "all"));
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
        console();
        console.clear();
        return this;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
