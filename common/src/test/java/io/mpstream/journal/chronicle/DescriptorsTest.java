package io.mpstream.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.JournalContractTest;
import io.mpstream.journal.Tailer;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has no descriptor left when a journal's next file is to be opened. */
class DescriptorsTest {
    private static final int BLOCK_BYTES = 64 << 10;
    /** Between what is open and the limit, so that this test can set the limit at all. */
    private static final int SPARE = 32;

    @TempDir
    Path folder;

    private final List<FileInputStream> hogs = new ArrayList<>();
    private Journal<byte[]> journal;
    private Journal<byte[]> other;
    private Appender<byte[]> appender;
    private Tailer<byte[]> tailer;

    @BeforeEach
    void open() {
        // What is used later must be loaded: that takes descriptors, too.
        assertFalse(PassingFailure.is(new IOException("as the test wants it")));
        assertTrue(Futex.isAvailable());
        journal = openJournal();
        other = openJournal();
        appender = journal.appender();
        tailer = other.tailer();
        append("a");
        assertEquals(List.of("a"), poll());
    }

    private Journal<byte[]> openJournal() {
        return ChronicleJournal.open(folder.resolve("journal"), BLOCK_BYTES, TestRollCycles.TEST_SECONDLY, JournalContractTest.BytesCodec::new);
    }

    @AfterEach
    void close() throws Exception {
        release();
        limit("$(ulimit -Hn)");
        tailer.close();
        appender.close();
        other.close();
        journal.close();
    }

    private void append(String record) {
        appender.append(record.getBytes(StandardCharsets.UTF_8));
        appender.commit();
    }

    private List<String> poll() {
        List<String> read = new ArrayList<>();
        tailer.poll(record -> read.add(new String(record, StandardCharsets.UTF_8)), 10);
        return read;
    }

    private void exhaust() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            int highest = open.mapToInt(descriptor -> Integer.parseInt(descriptor.getFileName().toString())).max().orElseThrow();
            limit(Integer.toString(highest + SPARE));
        }
        assertThrows(IOException.class, () -> {
            while (true) {
                hogs.add(new FileInputStream("/dev/null"));
            }
        });
    }

    private void release() throws IOException {
        for (FileInputStream hog : hogs) {
            hog.close();
        }
        hogs.clear();
    }

    private static void limit(String most) throws Exception {
        Process prlimit = new ProcessBuilder("sh", "-c", "prlimit --pid " + ProcessHandle.current().pid() + " --nofile=" + most + ":").inheritIO().start();
        assertEquals(0, prlimit.waitFor());
    }

    private static void awaitNextFile() {
        long second = System.currentTimeMillis() / 1_000;
        while (System.currentTimeMillis() / 1_000 == second) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** In a while. */
    private Thread relief() {
        return Thread.ofPlatform().start(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            assertTrue(hogs.size() > SPARE / 2);
            try {
                release();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void appenderWaitsForOne() throws Exception {
        awaitNextFile();
        exhaust();
        Thread relief = relief();
        append("b");
        relief.join();
        assertEquals(List.of("b"), poll());
    }

    @Test
    void appenderThatHasWaitedForLongRefusesAndGoesOnLater() throws Exception {
        awaitNextFile();
        exhaust();
        assertThrows(RuntimeException.class, () -> append("refused"));
        release();
        append("b");
        assertEquals(List.of("b"), poll());
    }

    @Test
    void tailerWaitsForOneAndPassesNothingOver() throws Exception {
        awaitNextFile();
        append("b");
        awaitNextFile();
        append("c");
        exhaust();
        Thread relief = relief();
        List<String> read = new ArrayList<>(poll());
        relief.join();
        read.addAll(poll());
        assertEquals(List.of("b", "c"), read);
        append("d");
        assertEquals(List.of("d"), poll());
    }
}
