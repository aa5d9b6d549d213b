package io.mpstream.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.JournalContractTest;
import io.mpstream.journal.Tailer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what was written: what can be read is right and in order, and what is appended can be read. */
class DamagedFilesTest {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int FILES = 3;
    private static final int RECORDS = 40;
    private static final int ATTEMPTS_MAX = 10;

    @TempDir
    static Path written;
    private static Path whole;

    @TempDir
    private Path folder;

    private static final List<String> WRITTEN = new ArrayList<>();
    private static final List<Long> POSITIONS = new ArrayList<>();

    @BeforeAll
    static void write() {
        // A file has what is written in a second; on a busy machine that may be less than it is to have.
        for (int attempt = 0; whole == null || CycleFile.list(whole, TestRollCycles.TEST_SECONDLY).size() != FILES; attempt++) {
            assertTrue(attempt < ATTEMPTS_MAX, "each second is too short");
            whole = written.resolve("attempt-" + attempt);
            WRITTEN.clear();
            POSITIONS.clear();
            writeFiles();
        }
        awaitNextFile();
    }

    private static void writeFiles() {
        try (Journal<byte[]> journal = open(whole); Appender<byte[]> appender = journal.appender()) {
            for (int i = 0; i < FILES * RECORDS; i++) {
                if (i % RECORDS == 0) {
                    awaitNextFile();
                }
                WRITTEN.add(i + ":" + "中é x".repeat(1 + i % RECORDS) + i);
                appender.append(WRITTEN.getLast().getBytes());
                POSITIONS.add(appender.commit());
            }
        }
    }

    private static void awaitNextFile() {
        long second = System.currentTimeMillis() / 1_000;
        Awaitility.await().until(() -> System.currentTimeMillis() / 1_000 > second);
    }

    private static Journal<byte[]> open(Path folder) {
        return ChronicleJournal.open(folder, BLOCK_BYTES, TestRollCycles.TEST_SECONDLY, JournalContractTest.BytesCodec::new);
    }

    @BeforeEach
    void copy() throws IOException {
        try (Stream<Path> old = Files.list(folder)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> files = Files.list(whole)) {
            for (Path file : files.filter(each -> each.toString().contains(".cq4")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private Path file(int number) {
        return CycleFile.list(folder, TestRollCycles.TEST_SECONDLY).get(number).path();
    }

    @Test
    void whatIsReadIsRightAndWhatIsAppendedIsRead() {
        Fuzz.run(fuzz -> {
            copy();
            Path file = file(fuzz.upTo(FILES - 1));
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, damaged(bytes, used(bytes), fuzz));
            try {
                assertRightAndAppendable(POSITIONS.get(fuzz.upTo(POSITIONS.size() - 1)));
            } catch (UncheckedIOException e) {
                assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
            }
        });
    }

    private static int used(byte[] bytes) {
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }

    private static byte[] damaged(byte[] bytes, int used, Fuzz fuzz) {
        int at = fuzz.oneIn(4) ? fuzz.upTo(used - 1) : used - 1 - fuzz.upTo(Math.min(used - 1, 6_000));
        int length = 1 + fuzz.upTo(Math.min(bytes.length - at - 1, 300));
        switch (fuzz.upTo(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << fuzz.upTo(7));
            case 1 -> bytes[fuzz.upTo(400)] ^= (byte) (1 << fuzz.upTo(7));
            case 2 -> Arrays.fill(bytes, at, at + length, (byte) (fuzz.oneIn(2) ? 0 : 0xFF));
            case 3 -> System.arraycopy(Arrays.copyOf(fuzz.bytes(300), length), 0, bytes, at, length);
            case 4 -> System.arraycopy(bytes.clone(), at, bytes, fuzz.upTo(bytes.length - length), length);
            default -> {
                return Arrays.copyOf(bytes, fuzz.oneIn(3) ? at : fuzz.upTo(bytes.length));
            }
        }
        return bytes;
    }

    private void assertRightAndAppendable(long position) {
        try (Journal<byte[]> journal = open(folder); Tailer<byte[]> tailer = journal.tailer()) {
            journal.first();
            journal.end();
            assertRight(read(tailer));
            tailer.seek(position);
            assertRight(read(tailer));
            try (Appender<byte[]> appender = journal.appender()) {
                appender.append("fresh".getBytes());
                appender.commit();
            }
            assertEquals(List.of("fresh"), read(tailer));
        }
        try (Journal<byte[]> again = open(folder); Tailer<byte[]> tailer = again.tailer()) {
            List<String> read = read(tailer);
            assertEquals("fresh", read.removeLast());
            assertRight(read);
        }
    }

    private static List<String> read(Tailer<byte[]> tailer) {
        List<String> records = new ArrayList<>();
        while (tailer.poll(record -> records.add(new String(record)), 16) > 0) {
            // Until it stands at the end.
        }
        return records;
    }

    private static void assertRight(List<String> records) {
        int before = -1;
        for (String record : records) {
            int at = WRITTEN.indexOf(record);
            assertTrue(at > before, () -> "after another: " + record);
            before = at;
        }
    }

    @Test
    void flippedBitCostsItsEntryAlone() throws IOException {
        byte[] bytes = Files.readAllBytes(file(1));
        bytes[used(bytes) - 20] ^= 1;
        Files.write(file(1), bytes);
        try (Journal<byte[]> journal = open(folder); Tailer<byte[]> tailer = journal.tailer()) {
            List<String> expected = new ArrayList<>(WRITTEN);
            expected.remove(2 * RECORDS - 1);
            assertEquals(expected, read(tailer));
        }
    }

    @Test
    void readingGoesOnAfterAFileThatIsCut() throws IOException {
        byte[] bytes = Files.readAllBytes(file(1));
        Files.write(file(1), Arrays.copyOf(bytes, used(bytes) - 3_000));
        try (Journal<byte[]> journal = open(folder); Tailer<byte[]> tailer = journal.tailer()) {
            List<String> read = read(tailer);
            assertRight(read);
            assertEquals(WRITTEN.subList(2 * RECORDS, FILES * RECORDS), read.subList(read.size() - RECORDS, read.size()));
        }
    }

    @Test
    void fileWithoutABeginningIsSetAside() throws IOException {
        Path empty = file(1);
        Files.write(empty, new byte[0]);
        try (Journal<byte[]> journal = open(folder); Tailer<byte[]> tailer = journal.tailer()) {
            List<String> expected = new ArrayList<>(WRITTEN);
            expected.subList(RECORDS, 2 * RECORDS).clear();
            assertEquals(expected, read(tailer));
        }
        assertTrue(Files.exists(empty.resolveSibling(empty.getFileName() + ".damaged")));
    }

    @Test
    void filesThatCannotBeReadAreRefusedByName() throws IOException {
        Path metadata = folder.resolve("metadata.cq4t");
        Files.write(metadata, Arrays.copyOf(Files.readAllBytes(metadata), 97));
        assertTrue(assertThrows(UncheckedIOException.class, () -> open(folder)).getMessage().contains(metadata.toString()));
        // As the message says.
        Files.delete(metadata);
        assertRightAndAppendable(POSITIONS.getFirst());

        byte[] bytes = Files.readAllBytes(file(0));
        bytes[6] ^= 1;
        Files.write(file(0), bytes);
        assertTrue(assertThrows(UncheckedIOException.class, () -> open(folder)).getMessage().contains(file(0).toString()));
    }
}
