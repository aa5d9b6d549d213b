package io.mpstream.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.agent.Agent;
import io.mpstream.agent.AgentRunner;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every journal does, whatever it is made of. */
public abstract class JournalContractTest {
    private Journal<byte[]> journal;
    private Appender<byte[]> appender;
    private final List<AutoCloseable> open = new ArrayList<>();

    /** Opens the journal of this test; the same storage again when called a second time, if it has any. */
    protected abstract Journal<byte[]> open();

    @BeforeEach
    void openJournal() {
        journal = open();
        appender = journal.appender();
    }

    @AfterEach
    void closeJournal() throws Exception {
        for (AutoCloseable hand : open.reversed()) {
            hand.close();
        }
        appender.close();
        journal.close();
    }

    @Test
    void emptyJournalHasNothingToRead() {
        assertEquals(List.of(), read(tailer()));
        assertEquals(Journal.START, appender.commit());
        assertEquals(Journal.START, journal.end());
    }

    @Test
    void recordsComeInOrderAcrossEntries() {
        append("a", "b");
        appender.commit();
        append("c");
        appender.commit();
        assertEquals(List.of("a", "b", "c"), read(tailer()));
    }

    @Test
    void recordIsUnseenUntilCommitted() {
        Tailer<byte[]> tailer = tailer();
        append("a");
        assertEquals(List.of(), read(tailer));
        appender.commit();
        assertEquals(List.of("a"), read(tailer));
    }

    @Test
    void commitOfNothingWritesNothing() {
        append("a");
        long position = appender.commit();
        assertEquals(position, appender.commit());
        assertEquals(List.of("a"), read(tailer()));
    }

    @Test
    void limitCountsEntries() {
        append("a", "b");
        appender.commit();
        append("c");
        appender.commit();
        Tailer<byte[]> tailer = tailer();
        List<String> read = new ArrayList<>();
        assertEquals(1, tailer.read(record -> read.add(new String(record)), 1));
        assertEquals(List.of("a", "b"), read);
        assertEquals(List.of("c"), read(tailer));
    }

    @Test
    void everyTailerReadsEverything() {
        append("a");
        appender.commit();
        Tailer<byte[]> first = tailer();
        assertEquals(List.of("a"), read(first));
        append("b");
        appender.commit();
        assertEquals(List.of("a", "b"), read(tailer()));
        assertEquals(List.of("b"), read(first));
    }

    @Test
    void positionsGrowAndSeekReadsThatEntryAgain() {
        List<Long> positions = new ArrayList<>();
        for (String record : List.of("a", "b", "c")) {
            append(record);
            positions.add(appender.commit());
        }
        assertTrue(Journal.START < positions.get(0));
        assertTrue(positions.get(0) < positions.get(1) && positions.get(1) < positions.get(2));

        Tailer<byte[]> tailer = tailer();
        read(tailer);
        assertEquals(positions.get(2), tailer.position());
        assertEquals(positions.get(2), journal.end());
        assertTrue(tailer.seek(positions.get(1)));
        assertEquals(positions.get(1), tailer.position());
        assertEquals(List.of("b", "c"), read(tailer));
        assertTrue(tailer.seek(Journal.START));
        assertEquals(List.of("a", "b", "c"), read(tailer));
    }

    @Test
    void appenderStartsAtTheEndOfWhatIsThere() {
        append("a");
        long position = appender.commit();
        appender.close();
        appender = journal.appender();
        assertEquals(position, appender.commit());
        append("b");
        appender.commit();
        assertEquals(List.of("a", "b"), read(tailer()));
    }

    @Test
    void runWritesNothingAfterALaterRunHasWritten() {
        try (Appender<byte[]> former = journal.appender(1)) {
            former.append("a".getBytes());
            former.commit();
            Appender<byte[]> later = journal.appender(2);
            open.add(later);
            later.append("b".getBytes());
            later.commit();
            former.append("of one that was thought dead".getBytes());
            try {
                former.commit();
            } catch (FencedException e) {
                // A journal that can tell does.
            }
            later.append("c".getBytes());
            later.commit();
            assertEquals(List.of("a", "b", "c"), read(tailer()));
        }
    }

    @Test
    void fullEntryIsCommittedByItself() {
        byte[] half = new byte[Appender.ENTRY_BYTES_MAX / 2];
        appender.append(half);
        appender.append(half);
        Tailer<byte[]> tailer = tailer();
        assertEquals(1, tailer.read(record -> { }, 10), "the first made room for the second");
        appender.commit();
        assertEquals(1, tailer.read(record -> { }, 10));
    }

    @Test
    void largestRecordFitsAndALargerOneIsRefused() {
        byte[] largest = new byte[Appender.RECORD_BYTES_MAX - BytesCodec.HEAD];
        append("before");
        appender.append(largest);
        append("after");
        appender.commit();
        append("last");
        appender.commit();
        List<Integer> lengths = new ArrayList<>();
        tailer().readToEnd(record -> lengths.add(record.length));
        assertEquals(List.of(6, largest.length, 5, 4), lengths);
        assertThrows(IllegalArgumentException.class, () -> appender.append(new byte[largest.length + 1]));
    }

    @Test
    void damagedEntryIsPassedOver() {
        append("a");
        appender.commit();
        append("good", BytesCodec.DAMAGED, "lost with it");
        appender.commit();
        append("b");
        appender.commit();
        assertEquals(List.of("a", "good", "b"), read(tailer()));
    }

    @Test
    void handlerThatThrowsLosesOnlyItsEntry() {
        append("a");
        appender.commit();
        append("b");
        appender.commit();
        Tailer<byte[]> tailer = tailer();
        assertThrows(IllegalStateException.class, () -> tailer.read(record -> {
            throw new IllegalStateException("from the handler");
        }, 10));
        assertEquals(List.of("b"), read(tailer));
    }

    @Test
    void trimKeepsWhatTheFloorNeedsAndTheNewest() {
        IntStream.range(0, 10).forEach(i -> {
            append("r" + i);
            appender.commit();
        });
        Retention nothing = new Retention(Duration.ZERO, 0);
        assertEquals(0, journal.trim(Journal.START, nothing));
        assertEquals(10, read(tailer()).size());
    }

    @Test
    void firstIsTheOldestEntryThatIsLeft() {
        assertEquals(Journal.START, journal().first());
        append("a");
        long first = commit();
        append("b");
        commit();
        assertEquals(first, journal().first());
        try (Tailer<byte[]> reader = journal().tailer()) {
            assertTrue(reader.seek(journal().first()));
        }
    }

    @Test
    void trimWithinTheRetentionDropsNothing() {
        append("a");
        appender.commit();
        append("b");
        long floor = appender.commit();
        assertEquals(0, journal.trim(floor, new Retention(Duration.ofHours(1), 1 << 30)));
        assertEquals(List.of("a", "b"), read(tailer()));
    }

    @Test
    void restingAgentReadsEveryEntryAsItIsCommitted() throws InterruptedException {
        int count = 50_000;
        CountDownLatch left = new CountDownLatch(count);
        Tailer<byte[]> tailer = journal.tailer();
        Agent reader = new Agent() {
            @Override
            public String role() {
                return "reader";
            }

            @Override
            public int doWork() {
                return tailer.poll(record -> left.countDown(), 10);
            }

            @Override
            public void onClose() {
                tailer.close();
            }
        };
        try (AgentRunner _ = new AgentRunner(reader, journal.rest(), Assertions::fail).launch()) {
            for (int i = 0; i < count; i++) {
                append("r");
                commit();
                // Now and then long enough for the reader to fall asleep.
                if (i % 500 == 0) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            assertTrue(left.await(10, TimeUnit.SECONDS), () -> "a wake-up was lost: " + left.getCount() + " entries unread");
        }
    }

    @Test
    void closedTailerLeavesOthersAlone() {
        append("a");
        appender.commit();
        try (Tailer<byte[]> shortLived = journal.tailer()) {
            assertEquals(List.of("a"), read(shortLived));
        }
        assertEquals(List.of("a"), read(tailer()));
        assertFalse(read(tailer()).isEmpty());
    }

    /** A tailer that is closed with the test. */
    protected Tailer<byte[]> tailer() {
        Tailer<byte[]> tailer = journal.tailer();
        open.add(tailer);
        return tailer;
    }

    /** Appends without committing. */
    protected void append(String... records) {
        for (String record : records) {
            appender.append(record.getBytes());
        }
    }

    /** Commits. */
    protected long commit() {
        return appender.commit();
    }

    /** The journal under test. */
    protected Journal<byte[]> journal() {
        return journal;
    }

    /** All that a tailer has to hand over. */
    protected static List<String> read(Tailer<byte[]> tailer) {
        List<String> records = new ArrayList<>();
        tailer.readToEnd(record -> records.add(new String(record)));
        return records;
    }

    /** Byte arrays, each behind its length; one text counts as damage. */
    public static final class BytesCodec implements Codec<byte[]> {
        static final int HEAD = Integer.BYTES;
        static final String DAMAGED = "damaged";

        @Override
        public int sizeMax(byte[] record) {
            return HEAD + record.length;
        }

        @Override
        public void encode(byte[] record, ByteBuffer out) {
            out.putInt(record.length).put(record);
        }

        @Override
        public byte[] decode(ByteBuffer in) {
            if (in.remaining() < HEAD || in.getInt(in.position()) < 0 || in.getInt(in.position()) > in.remaining() - HEAD) {
                throw new MalformedRecordException("no record");
            }
            byte[] record = new byte[in.getInt()];
            in.get(record);
            if (new String(record).equals(DAMAGED)) {
                throw new MalformedRecordException("as the test wants it");
            }
            return record;
        }
    }
}
