package io.mpstream.streamer.auth;

import io.mpstream.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The lines of the {@link RevocationLedger}, in a file that every streamer on one data folder appends to. Whoever changes it holds its lock, and reads
 * first what others have added. Not safe for threads: the ledger sees to that.
 */
final class LedgerFile implements AutoCloseable {
    private static final long LOCK_WAIT_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOCK_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Path file;
    private final Path lockFile;
    /** The file as it was last read; open, so that its key is no other file's meanwhile. Null before there is one. */
    private FileChannel read;
    private Object key;
    /** Up to the end of the last whole line. */
    private long readTo;

    LedgerFile(Path file) {
        this.file = file;
        this.lockFile = file.resolveSibling(file.getFileName() + ".lock");
    }

    /**
     * Takes the lock, which holds against other processes, until what is returned is closed.
     *
     * @throws IOException if it is not to be had
     */
    FileChannel lock() throws IOException {
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        PrivateFiles.restrict(lockFile);
        long endNs = System.nanoTime() + LOCK_WAIT_NS;
        while (!isLocked(channel)) {
            if (System.nanoTime() - endNs > 0) {
                channel.close();
                throw new IOException("another process keeps " + lockFile + " locked");
            }
            LockSupport.parkNanos(LOCK_LOOK_NS);
        }
        return channel;
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Reads the lines that were not read before; all of them, if the file was written anew. */
    void readNew(Consumer<String> onLine) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Object now = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        if (read == null || !now.equals(key)) {
            close();
            read = FileChannel.open(file, StandardOpenOption.READ);
            key = now;
            readTo = 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.max(0, read.size() - readTo)));
        while (bytes.hasRemaining() && read.read(bytes, readTo + bytes.position()) > 0) {
            // To its end.
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        int whole = text.lastIndexOf('\n') + 1;
        text.substring(0, whole).lines().forEach(onLine);
        readTo += whole;
    }

    /** Appends a line. The lock is held. */
    void append(String line) throws IOException {
        // Somebody was killed, or the disk was full, in the middle of a line.
        String end = isTorn() ? "\n" : "";
        Files.writeString(file, end + line + "\n", StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
    }

    private boolean isTorn() throws IOException {
        return Files.size(file) > readTo;
    }

    /** Writes it anew, beside the file and then in its place. The lock is held. */
    void rewrite(List<String> lines) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        PrivateFiles.create(fresh, (String.join("\n", lines) + (lines.isEmpty() ? "" : "\n")).getBytes(StandardCharsets.US_ASCII));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        if (read != null) {
            read.close();
            read = null;
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
