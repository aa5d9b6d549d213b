package io.mpstream.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process has used since it started, as Linux tells it in {@code /proc}.
 *
 * @param cpuNs     processor time, counted in ticks of 10 ms
 * @param wakeUps   times that one of its threads gave up the processor because it had nothing to do
 * @param peakBytes largest resident memory since {@link #resetPeaks}, mapped files included
 */
record Usage(long cpuNs, long wakeUps, long peakBytes) {
    private static final long TICK_NS = 10_000_000;
    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final String RESET_PEAK = "5";

    /** Of one process, now. */
    static Usage of(long pid) {
        Path proc = Path.of("/proc", Long.toString(pid));
        // The name of the command, in brackets, may contain blanks.
        String stat = read(proc.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long cpuNs = (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * TICK_NS;
        return new Usage(cpuNs, wakeUps(proc), kilobytes(proc.resolve("status"), "VmHWM") << 10);
    }

    private static long wakeUps(Path proc) {
        try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
            return threads.mapToLong(thread -> kilobytes(thread.resolve("status"), "voluntary_ctxt_switches")).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of a line such as {@code VmHWM:    1234 kB}. */
    private static long kilobytes(Path status, String name) {
        return read(status).lines().filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
    }

    /** Forgets the largest memory so far. */
    static void resetPeaks(List<Long> pids) {
        for (long pid : pids) {
            try {
                Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), RESET_PEAK);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Empty if the process or thread has ended meanwhile. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    Usage minus(Usage before) {
        return new Usage(cpuNs - before.cpuNs, wakeUps - before.wakeUps, peakBytes);
    }
}
