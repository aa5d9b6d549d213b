package io.mpstream.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Standard output or standard error for which nobody waits: what is printed is kept until a thread of its own has written it. A terminal that
 * stands still (Ctrl-S), or a pipe that nobody reads, would else hold up whoever prints, and with the log that is everybody. What does not fit
 * is dropped, and how many lines that were is said where they are missing. Any thread.
 */
final class Terminal extends OutputStream {
    /** What is kept at most. */
    static final int BYTES_MAX = 1 << 20;

    private static final int BYTES_MIN = 8 << 10;
    /** As the C library words EPIPE and EIO. */
    private static final List<String> GONE = List.of("Broken pipe", "Input/output error");
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final OutputStream out;

    // Guarded by this.
    private byte[] kept = new byte[BYTES_MIN];
    private int length;
    private boolean isWriting;
    private boolean isBroken;
    private long droppedLines;

    /** Writes to this, on a thread of its own. */
    Terminal(OutputStream out) {
        this.out = out;
        Thread.ofPlatform().name("terminal").daemon().start(this::run);
    }

    /** Has all that this process prints come this way; returns where it goes. */
    static Terminal[] take(boolean isOneStream) {
        Terminal err = new Terminal(new FileOutputStream(FileDescriptor.err));
        Terminal out = isOneStream ? err : new Terminal(new FileOutputStream(FileDescriptor.out));
        System.setErr(err.printer());
        System.setOut(isOneStream ? System.err : out.printer());
        return new Terminal[] {out, err};
    }

    private PrintStream printer() {
        return new PrintStream(this, true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) {
        if (isBroken) {
            return;
        }
        byte[] notice = notice();
        if (length > 0 && length + notice.length + count > BYTES_MAX) {
            droppedLines += Math.max(1, lines(bytes, offset, count));
            return;
        }
        keep(notice, 0, notice.length);
        keep(bytes, offset, count);
        droppedLines = 0;
        notifyAll();
    }

    private byte[] notice() {
        return droppedLines == 0 ? new byte[0]
                : ("(" + droppedLines + " lines were dropped here: they could not be written, or nobody read them)\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static long lines(byte[] bytes, int offset, int count) {
        long lines = 0;
        for (int i = offset; i < offset + count; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    private void keep(byte[] bytes, int offset, int count) {
        if (length + count > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(length + count, Math.min(2 * kept.length, BYTES_MAX)));
        }
        System.arraycopy(bytes, offset, kept, length, count);
        length += count;
    }

    private void run() {
        for (byte[] next = next(); next != null; next = next()) {
            try {
                out.write(next);
            } catch (IOException e) {
                fail(next, e);
            }
        }
    }

    /** Whoever read it has gone, and there is nobody to tell; or the file that it goes to can take nothing now. */
    private void fail(byte[] unwritten, IOException e) {
        String message = String.valueOf(e.getMessage());
        synchronized (this) {
            droppedLines += lines(unwritten, 0, unwritten.length);
            isBroken = GONE.stream().anyMatch(message::contains);
            if (isBroken) {
                droppedLines = 0;
                length = 0;
            }
        }
        LockSupport.parkNanos(AGAIN_NS);
    }

    /** What is to be written next; waits for it. Null when this thread is to end, which nobody asks for but by an interrupt. */
    private synchronized byte[] next() {
        isWriting = false;
        notifyAll();
        try {
            while (length == 0 && droppedLines == 0) {
                wait();
            }
        } catch (InterruptedException e) {
            return null;
        }
        if (length == 0) {
            write(new byte[0], 0, 0);
        }
        isWriting = true;
        byte[] next = Arrays.copyOf(kept, length);
        length = 0;
        kept = kept.length > BYTES_MIN ? new byte[BYTES_MIN] : kept;
        return next;
    }

    /** Waits until all is written, for this time at most. */
    synchronized void drain(Duration most) {
        long endNs = System.nanoTime() + most.toNanos();
        try {
            while ((length > 0 || isWriting) && endNs - System.nanoTime() > 0) {
                wait(Math.max(1, (endNs - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
