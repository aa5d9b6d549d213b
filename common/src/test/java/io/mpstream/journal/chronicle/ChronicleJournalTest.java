package io.mpstream.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.JournalContractTest;
import io.mpstream.journal.Retention;
import io.mpstream.journal.Tailer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleJournalTest extends JournalContractTest {
    private static final int BLOCK_BYTES = 8 << 20;

    @TempDir
    Path folder;

    @Override
    protected Journal<byte[]> open() {
        return ChronicleJournal.open(folder.resolve("journal"), BLOCK_BYTES, TestRollCycles.TEST_SECONDLY, BytesCodec::new);
    }

    @Test
    void whatWasCommittedIsThereAfterReopening() {
        append("a");
        long position = commit();
        try (Journal<byte[]> again = open(); Tailer<byte[]> tailer = again.tailer()) {
            assertEquals(List.of("a"), read(tailer));
            assertEquals(position, tailer.position());
        }
    }

    @Test
    void lockThatWasLeftWithAnIdOfNoWriterIsFreed() {
        Path left = folder.resolve("left");
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(left).rollCycle(TestRollCycles.TEST_SECONDLY).build();
                WriterLock lock = new WriterLock(queue);
                ChronicleJournal<byte[]> journal = ChronicleJournal.open(left, BLOCK_BYTES, TestRollCycles.TEST_SECONDLY, BytesCodec::new)) {
            // Never given back, and its owner's id is that of a process that lives.
            lock.lock();
            journal.freeLock(process -> process == ProcessHandle.current().pid());
            assertTrue(lock.locked());
            journal.freeLock(_ -> false);
            assertFalse(lock.locked());
            try (Appender<byte[]> appender = journal.appender()) {
                appender.append("a".getBytes(StandardCharsets.UTF_8));
                appender.commit();
            }
        }
    }

    @Test
    void systemPropertyNamesAnotherCycle() throws IOException {
        System.setProperty("mpstream.roll-cycle", "TEST_SECONDLY");
        Path other = folder.resolve("other");
        try (Journal<byte[]> journal = ChronicleJournal.open(other, BLOCK_BYTES, BytesCodec::new); Appender<byte[]> appender = journal.appender()) {
            appender.append(new byte[1]);
            appender.commit();
            assertEquals(1, CycleFile.list(other, TestRollCycles.TEST_SECONDLY).size());
            System.setProperty("mpstream.roll-cycle", "NO_SUCH");
            assertThrows(IllegalArgumentException.class, () -> ChronicleJournal.open(other, BLOCK_BYTES, BytesCodec::new));
        } finally {
            System.clearProperty("mpstream.roll-cycle");
        }
    }

    @Test
    void readingGoesOnFromOneFileToTheNext() {
        Tailer<byte[]> tailer = tailer();
        append("a");
        commit();
        assertEquals(List.of("a"), read(tailer));
        long next = appendInALaterFile("b");
        assertEquals(List.of("b"), read(tailer));
        assertEquals(next, tailer.position());
    }

    @Test
    void trimDropsOldFilesAndSeekTells() {
        append("a");
        long first = commit();
        long second = appendInALaterFile("b");
        long third = appendInALaterFile("c");
        Tailer<byte[]> reader = tailer();
        read(reader);

        assertEquals(0, journal().trim(first, new Retention(Duration.ZERO, 0)), "the floor needs the oldest file");
        assertTrue(journal().trim(second, new Retention(Duration.ZERO, 0)) > 0);
        assertEquals(List.of("b", "c"), read(tailer()));
        assertFalse(reader.seek(first));
        assertEquals(List.of("b", "c"), read(reader));
        assertTrue(reader.seek(third));
        assertEquals(List.of("c"), read(reader));
    }

    @Test
    void firstMovesWithATrimThatAnotherProcessDoes() {
        append("a");
        long first = commit();
        try (Journal<byte[]> other = open()) {
            assertEquals(first, other.first());
            long second = appendInALaterFile("b");
            assertTrue(journal().trim(second, new Retention(Duration.ZERO, 0)) > 0);
            assertEquals(second, journal().first());
            assertEquals(second, other.first());
        }
    }

    @Test
    void trimBySizeKeepsYoungFilesWhileTheyFit() {
        append("a");
        commit();
        long second = appendInALaterFile("b");
        Retention roomy = new Retention(Duration.ofHours(1), 1L << 30);
        assertEquals(0, journal().trim(second, roomy));
        assertTrue(journal().trim(second, new Retention(Duration.ofHours(1), 1)) > 0);
        assertEquals(List.of("b"), read(tailer()));
    }

    @Test
    void trimCountsWhatFilesHoldNotHowLongTheyAre() throws IOException {
        append("a");
        commit();
        appendInALaterFile("b");
        long third = appendInALaterFile("c");
        long lengths = 0;
        for (CycleFile file : CycleFile.list(folder.resolve("journal"), TestRollCycles.TEST_SECONDLY)) {
            lengths += Files.size(file.path());
        }
        // The newest counts with its length, the others with the little that they hold.
        assertEquals(0, journal().trim(third, new Retention(Duration.ofHours(1), lengths - BLOCK_BYTES)));
        assertEquals(List.of("a", "b", "c"), read(tailer()));
    }

    @Test
    void timeNeverStepsBackBeforeTheNewestFile() {
        long later = System.currentTimeMillis() + 60_000;
        MonotonicTime time = new MonotonicTime(later);
        assertEquals(later, time.currentTimeMillis());
        long before = new MonotonicTime(0).currentTimeMillis();
        assertTrue(before > 0 && before < later);
    }

    @Test
    void filesAreTheirOwnersAloneAlsoAfterARoll() throws IOException {
        append("a");
        commit();
        appendInALaterFile("b");
        // The library tells of a new file on a thread of its own.
        BackgroundResourceReleaser.releasePendingResources();
        assertAllAreTheirOwners();
    }

    @Test
    void filesOfAnEarlierVersionBecomeTheirOwnersAlone() throws IOException {
        append("a");
        commit();
        try (Stream<Path> files = Files.walk(folder.resolve("journal"))) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
        }
        open().close();
        assertOthersMayDoNothing();
    }

    private void assertAllAreTheirOwners() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("journal"))) {
            files.forEach(file -> assertEquals(Files.isDirectory(file) ? "rwx------" : "rw-------", permissions(file), file.toString()));
        }
        assertEquals(List.of("doorbell", "metadata.cq4t"), names().filter(name -> !name.endsWith(".cq4")).sorted().toList());
        assertEquals(2, names().filter(name -> name.endsWith(".cq4")).count());
    }

    private void assertOthersMayDoNothing() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("journal"))) {
            files.forEach(file -> assertTrue(permissions(file).endsWith("------"), file + " " + permissions(file)));
        }
    }

    private Stream<String> names() {
        return Stream.of(folder.resolve("journal").toFile().list());
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void folderThatCannotBeWrittenIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThrows(UncheckedIOException.class,
                () -> ChronicleJournal.open(file.resolve("journal"), BLOCK_BYTES, BytesCodec::new));
    }

    @Test
    void aRecordOfTheLargestSizeFitsTheSmallestBlock() {
        try (Journal<byte[]> small = ChronicleJournal.open(folder.resolve("small"), 1, BytesCodec::new);
                Appender<byte[]> appender = small.appender(); Tailer<byte[]> tailer = small.tailer()) {
            appender.append(new byte[Appender.RECORD_BYTES_MAX - Integer.BYTES]);
            appender.commit();
            AtomicLong length = new AtomicLong();
            tailer.poll(record -> length.set(record.length), 1);
            assertEquals(Appender.RECORD_BYTES_MAX - Integer.BYTES, length.get());
        }
    }

    /** Commits a record once the clock has moved to another cycle. */
    private long appendInALaterFile(String record) {
        int files = files();
        // Any commit in the new second makes the new file; the clock is the only thing waited for.
        long second = System.currentTimeMillis() / 1_000;
        Awaitility.await().until(() -> System.currentTimeMillis() / 1_000 > second);
        append(record);
        long position = commit();
        assertEquals(files + 1, files());
        return position;
    }

    private int files() {
        return CycleFile.list(folder.resolve("journal"), TestRollCycles.TEST_SECONDLY).size();
    }
}
