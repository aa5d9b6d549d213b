package io.mpstream.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a user writes is a setting, or is refused in one line. */
class SettingsFuzzTest {
    private static final String[] VALUES = {"", " ", "0", "-1", "1", "65535", "65536", "999999999", "9999999999", "1s", "1.5s", "30d", "31d", "ms", "1 KiB", "1TiB",
        "999999999999TiB", "continue", "cancel", "true", "false", "a=b", "=", "@file", "'", "\"", "\\", "${x}", "${sys:user.home}", "--", "中", "\0", "/", "x,y", "*", "jwt"};

    @TempDir
    private Path folder;

    @Test
    void timesAreWhatTheySay() {
        Map<String, Long> units = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
        Pattern form = Pattern.compile("\\s*([0-9]{1,9}(?:\\.[0-9]{1,3})?)\\s*(ms|s|m|h|d)\\s*");
        Fuzz.run(fuzz -> {
            String text = fuzz.words(6, "1", "9", "0", "999999999", ".", "5", "ms", "s", "m", "h", "d", " ", "\u0661", "+", "-", "e");
            Matcher matcher = form.matcher(text);
            if (matcher.matches()) {
                BigDecimal ms = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(units.get(matcher.group(2))));
                assertEquals(Duration.ofMillis(ms.setScale(0, RoundingMode.DOWN).longValueExact()), TimeSpan.parse(text), text);
            } else if (!text.isBlank() && text.strip().length() == text.trim().length()) {
                assertThrows(IllegalArgumentException.class, () -> TimeSpan.parse(text), text);
            }
        });
    }

    @Test
    void sizesAreWhatTheySay() {
        Map<String, Integer> powers = Map.of("", 0, "b", 0, "kib", 10, "mib", 20, "gib", 30, "tib", 40);
        Pattern form = Pattern.compile("([0-9]{1,12})\\s*(|b|kib|mib|gib|tib)");
        Fuzz.run(fuzz -> {
            String text = fuzz.words(5, "1", "9", "0", "8388607", "8388608", "B", "KiB", "mib", "GIB", "TiB", " ", "k", "\u0661", "\u212A", "-");
            Matcher matcher = form.matcher(text.toLowerCase(Locale.ROOT).strip());
            BigInteger bytes = matcher.matches() && !text.contains("\u212A")
                    ? new BigInteger(matcher.group(1)).shiftLeft(powers.get(matcher.group(2))) : BigInteger.valueOf(-1);
            if (bytes.signum() >= 0 && bytes.bitLength() < Long.SIZE) {
                assertEquals(bytes.longValueExact(), ByteSize.parse(text), text);
            } else {
                assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text), text);
            }
        });
    }

    @Test
    void commandLinesAndEnvironmentsAreTakenOrRefusedInOneLine() {
        String[] names = Settings.defaults().keySet().stream().filter(name -> !name.equals("--config")).toArray(String[]::new);
        Fuzz.run(fuzz -> {
            Map<String, String> environment = new HashMap<>();
            if (fuzz.oneIn(3)) {
                String name = "MPSTREAM_" + fuzz.pick(names).substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
                environment.put(fuzz.oneIn(5) ? fuzz.mutate(name) : name, value(fuzz));
            }
            if (fuzz.oneIn(10)) {
                environment.put("LOCAL_RANK", value(fuzz));
            }
            String[] args = new String[fuzz.upTo(4)];
            for (int i = 0; i < args.length; i++) {
                String name = fuzz.oneIn(10) ? fuzz.mutate(fuzz.pick(names)) : fuzz.pick(names);
                args[i] = fuzz.pick(name, name + "=" + value(fuzz), name.replace('-', '_'), value(fuzz));
            }
            assertTakenOrRefused(args, environment);
        });
    }

    @Test
    void filesAreTakenOrRefusedInOneLine() throws IOException {
        Path file = folder.resolve("settings");
        String[] names = Settings.defaults().keySet().stream().map(name -> name.substring(2)).toArray(String[]::new);
        Fuzz.run(fuzz -> {
            String text = fuzz.pick(names) + fuzz.pick("=", ":", " ", " = ") + value(fuzz) + "\n";
            Files.write(file, fuzz.oneIn(3) ? fuzz.mutate(text.getBytes()) : text.getBytes());
            assertTakenOrRefused(new String[] {"--config", file.toString()}, Map.of());
        });
    }

    private static String value(Fuzz fuzz) {
        return fuzz.oneIn(4) ? fuzz.units(6) : fuzz.pick(VALUES);
    }

    private static void assertTakenOrRefused(String[] args, Map<String, String> environment) {
        try {
            Settings settings = Settings.parse(args, environment);
            assertTrue(settings.serverPort() >= 0 && settings.serverPort() <= 65_535 && settings.concurrency() > 0);
            assertFalse(settings.retain().isNegative());
        } catch (StartupException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertFalse(e.getMessage().isBlank() || e.getMessage().contains("Exception"), e.getMessage());
        }
    }
}
