package io.mpstream.journal.chronicle;

import io.mpstream.agent.Rest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * Wakes the agent that reads a journal, across processes: a FIFO that it sleeps on, and a flag in a mapped file that
 * says that it sleeps, so that an appender pays for a system call only when there is somebody to wake. Both processes
 * hold the FIFO open for reading and writing: it never meets its end and outlives the death of either.
 */
final class Doorbell implements Rest, AutoCloseable {
    private static final String FIFO = "bell";
    private static final String FLAG = "bell.flag";
    private static final int FLAG_BYTES = 64;
    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final long MKFIFO_TIMEOUT_S = 5;
    /** Its owner may read and write. */
    private static final String FIFO_MODE = "600";
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final RandomAccessFile fifo;
    private final MappedByteBuffer flag;
    private final byte[] rings = new byte[64];

    private Doorbell(RandomAccessFile fifo, MappedByteBuffer flag) {
        this.fifo = fifo;
        this.flag = flag;
    }

    /**
     * Opens the bell of a journal, which is made when it is not there.
     *
     * @throws IOException if this system has no FIFOs
     */
    static Doorbell open(Path folder) throws IOException {
        Path fifo = folder.resolve(FIFO);
        if (!Files.exists(fifo)) {
            makeFifo(fifo);
        }
        try (FileChannel channel = FileChannel.open(folder.resolve(FLAG),
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Doorbell bell = new Doorbell(new RandomAccessFile(fifo.toFile(), "rw"),
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, FLAG_BYTES));
            // An appender that was killed after it cleared the flag and before it rang has left the reader asleep for good.
            bell.ring();
            return bell;
        }
    }

    private static void makeFifo(Path fifo) throws IOException {
        Process mkfifo = new ProcessBuilder("mkfifo", "-m", FIFO_MODE, fifo.toString()).start();
        try {
            boolean isDone = mkfifo.waitFor(MKFIFO_TIMEOUT_S, TimeUnit.SECONDS);
            // The other process may have been faster.
            if (!isDone || mkfifo.exitValue() != 0 && !Files.exists(fifo)) {
                throw new IOException("mkfifo " + fifo + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void prepare() {
        INT.setVolatile(flag, 0, ASLEEP);
        // Before the agent looks at the journal again.
        VarHandle.fullFence();
    }

    @Override
    public void cancel() {
        // If a ring was faster its byte stays in the FIFO, and the next rest is a short one.
        INT.setVolatile(flag, 0, AWAKE);
    }

    @Override
    public void await() {
        try {
            fifo.read(rings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void wake() {
        // After what was appended, before the flag is looked at.
        VarHandle.fullFence();
        if ((int) INT.getVolatile(flag, 0) == ASLEEP && INT.compareAndSet(flag, 0, ASLEEP, AWAKE)) {
            try {
                ring();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void ring() throws IOException {
        fifo.write(1);
    }

    @Override
    public void close() {
        try {
            fifo.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
