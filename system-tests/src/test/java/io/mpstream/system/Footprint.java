package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process has of the machine, as the kernel says. */
record Footprint(long pid) {
    static Footprint ofStreamer(RunningServer server) {
        return new Footprint(server.jvm("streamer").pid());
    }

    /** Memory of its own, heap and beside it; mapped journals are files and do not count. */
    long anonymousBytes() {
        try (Stream<String> lines = Files.lines(proc("smaps_rollup"))) {
            String line = lines.filter(each -> each.startsWith("Anonymous:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Open file descriptors. */
    long files() {
        try (Stream<Path> files = Files.list(proc("fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processor time that it has used, in the kernel's ticks of 10 ms. */
    long ticks() {
        try {
            String stat = Files.readString(proc("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
