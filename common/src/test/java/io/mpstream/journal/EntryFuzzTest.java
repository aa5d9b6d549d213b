package io.mpstream.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
        EntryBuffer<byte[]> entry = new EntryBuffer<>(new JournalContractTest.BytesCodec());
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
    void everyFlippedBitOfARecordIsSeen() {
        byte[] entry = sealed(List.of("some text", "more"));
        for (int bit = 8 * Integer.BYTES; bit < 8 * entry.length; bit++) {
            byte[] damaged = entry.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertNull(read(damaged), "bit " + bit);
        }
    }
}
