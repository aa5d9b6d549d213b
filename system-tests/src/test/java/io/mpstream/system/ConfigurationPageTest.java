package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of options says what {@code --help} says. */
class ConfigurationPageTest {
    /** Options and a default: {@code | `--tls-cert`, `--tls-key` | none | … |}. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`--.*?`) \\| (.*?) ?\\| .+ \\|$");

    @Test
    void tableHasEveryOptionWithItsDefaultAndNoOther() throws IOException {
        Map<String, String> told = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(RunningServer.RUN_SH.resolveSibling("docs/CONFIGURATION.md")));
        while (row.find()) {
            for (String option : row.group(1).split(", ")) {
                told.put(option.replace("`", ""), row.group(2).replace("`", "").replaceAll("none|off", ""));
            }
        }
        assertEquals(Settings.defaults(), told);
    }
}
