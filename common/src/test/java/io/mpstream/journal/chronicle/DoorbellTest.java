package io.mpstream.journal.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorbellTest {
    private static final int ASLEEP = 1;

    @TempDir
    Path folder;

    private Doorbell ringer;
    private Doorbell sleeper;

    @BeforeEach
    void open() throws IOException {
        ringer = Doorbell.open(folder);
        sleeper = Doorbell.open(folder).sleeper();
    }

    @AfterEach
    void close() {
        sleeper.close();
        ringer.close();
    }

    private CountDownLatch sleep() {
        CountDownLatch isAwake = new CountDownLatch(1);
        Thread.ofPlatform().daemon().start(() -> {
            sleeper.prepare();
            sleeper.await();
            isAwake.countDown();
        });
        return isAwake;
    }

    private static void sleepInTheKernel() {
        assertTrue(Futex.isAvailable());
    }

    private int word() {
        try (FileChannel file = FileChannel.open(folder.resolve(Doorbell.FILE))) {
            ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
            file.read(word, 0);
            return word.getInt(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOver(CountDownLatch latch, Duration within) throws InterruptedException {
        return latch.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void ringEndsTheSleepInTheKernel() throws Exception {
        sleepInTheKernel();
        for (int i = 0; i < 100; i++) {
            CountDownLatch isAwake = sleep();
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> word() == ASLEEP);
            ringer.wake();
            assertTrue(isOver(isAwake, Duration.ofSeconds(3)));
            assertEquals(0, word());
        }
    }

    @Test
    void ringBetweenWordAndSleepIsNotMissed() throws Exception {
        sleepInTheKernel();
        sleeper.prepare();
        ringer.wake();
        long startNs = System.nanoTime();
        sleeper.await();
        assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void wordThatSomebodyClearsCostsAFewSecondsAtMost() throws Exception {
        sleepInTheKernel();
        CountDownLatch isAwake = sleep();
        Awaitility.await().until(() -> word() == ASLEEP);
        // As if the word had been changed and nobody been woken; from then on nobody would think that somebody sleeps.
        try (FileChannel file = FileChannel.open(folder.resolve(Doorbell.FILE), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(Integer.BYTES), 0);
        }
        ringer.wake();
        assertFalse(isOver(isAwake, Duration.ofMillis(100)));
        assertTrue(isOver(isAwake, Duration.ofSeconds(10)));
    }

    @Test
    void whoeverReadsTheFolderTakesNothing() throws Exception {
        sleepInTheKernel();
        for (int i = 0; i < 50; i++) {
            CountDownLatch isAwake = sleep();
            for (Path file : Files.list(folder).toList()) {
                assertTrue(Files.isRegularFile(file), file.toString());
                Files.readAllBytes(file);
            }
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> word() == ASLEEP);
            ringer.wake();
            assertTrue(isOver(isAwake, Duration.ofSeconds(3)));
        }
    }

    @Test
    void pipesOfAnEarlierVersionGo() throws Exception {
        Files.createFile(folder.resolve("bell"));
        Files.createFile(folder.resolve("bell.2"));
        Doorbell.open(folder).close();
        assertEquals(List.of(Doorbell.FILE), Files.list(folder).map(file -> file.getFileName().toString()).toList());
    }

    @Test
    void wordOfADeadSleeperIsForgotten() throws Exception {
        sleepInTheKernel();
        sleeper.prepare();
        assertEquals(ASLEEP, word());
        sleeper.close();
        Doorbell next = Doorbell.open(folder);
        assertEquals(0, word());
        next.close();
    }
}
