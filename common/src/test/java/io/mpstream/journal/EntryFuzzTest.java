package io.mpstream.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Entries that are not what was written. */
class EntryFuzzTest {
    /** Null if its checksum says that it is damaged, which is not for the log ten thousand times. */
    private static List<String> read(byte[] entry) {
        EntryReader<byte[]> reader = new EntryReader<>(new JournalContractTest.BytesCodec());
        if (!reader.isSound(ByteBuffer.wrap(entry))) {
            return null;
        }
        List<String> records = new ArrayList<>();
        reader.read(ByteBuffer.wrap(entry), 1, record -> records.add(new String(record)));
        return records;
    }

    private static byte[] sealed(List<String> records) {
        return sealed(records, 7);
    }

    private static byte[] sealed(List<String> records, long run) {
        EntryBuffer<byte[]> entry = new EntryBuffer<>(new JournalContractTest.BytesCodec(), run);
        records.forEach(record -> assertTrue(entry.offer(record.getBytes())));
        return Arrays.copyOf(entry.array(), entry.seal());
    }

    @Test
    void whatWasWrittenIsReadOrNothing() {
        Fuzz.run(fuzz -> {
            List<String> records = new ArrayList<>();
            for (int i = fuzz.upTo(5); i >= 0; i--) {
                records.add(fuzz.text(40));
            }
            byte[] entry = sealed(records);
            assertEquals(records, read(entry));
            byte[] damaged = fuzz.mutate(entry);
            // What is wrong with the mark itself is the codec's to say: another test has it.
            System.arraycopy(entry, 0, damaged, 0, Math.min(Integer.BYTES, damaged.length));
            if (damaged.length >= EntryBuffer.HEAD_BYTES) {
                List<String> read = read(damaged);
                // Of nothing the checksum is nothing too.
                assertTrue(Arrays.equals(damaged, entry) ? records.equals(read) : read == null || read.isEmpty(), () -> "read " + read);
            }
        });
    }

    @Test
    void entryOfAnEarlierVersionIsRead() {
        byte[] entry = sealed(List.of("a", "b"));
        assertEquals(List.of("a", "b"), read(Arrays.copyOfRange(entry, EntryBuffer.HEAD_BYTES, entry.length)));
    }

    @Test
    void entryOfAVersionWithoutRunsIsRead() {
        byte[] entry = sealed(List.of("a", "b"));
        byte[] records = Arrays.copyOfRange(entry, EntryBuffer.HEAD_BYTES, entry.length);
        CRC32C checksum = new CRC32C();
        checksum.update(records);
        byte[] earlier = ByteBuffer.allocate(8 + records.length).putInt(0xE54D5002).putInt((int) checksum.getValue()).put(records).array();
        assertEquals(List.of("a", "b"), read(earlier));
        earlier[earlier.length - 1] ^= 1;
        assertNull(read(earlier));
    }

    @Test
    void entryOfARunIsPassedOverWhenALaterOneHasWritten() {
        EntryReader<byte[]> reader = new EntryReader<>(new JournalContractTest.BytesCodec());
        List<String> read = new ArrayList<>();
        long[] runs = {1, 2, 1, Journal.NO_RUN, 2, 3, 1, 2, 3};
        for (int i = 0; i < runs.length; i++) {
            reader.read(ByteBuffer.wrap(sealed(List.of(i + " of " + runs[i]), runs[i])), i, record -> read.add(new String(record)));
        }
        assertEquals(List.of("0 of 1", "1 of 2", "3 of 0", "4 of 2", "5 of 3", "8 of 3"), read);
        reader.forgetRuns();
        reader.read(ByteBuffer.wrap(sealed(List.of("again"), 1)), 0, record -> read.add(new String(record)));
        assertEquals("again", read.getLast());
    }

    @Test
    void everyFlippedBitOfARecordIsSeen() {
        byte[] entry = sealed(List.of("some text", "more"));
        for (int bit = 8 * Integer.BYTES; bit < 8 * entry.length; bit++) {
            byte[] damaged = entry.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertNull(read(damaged), "bit " + bit);
        }
    }
}
