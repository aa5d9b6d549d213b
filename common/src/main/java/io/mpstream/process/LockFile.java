package io.mpstream.process;

import io.mpstream.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A file that one process holds. The lock on it is the kernel's: it goes with the process, however that dies. The file says who that is: the
 * process id and its {@link ProcessNamespace}. Files of earlier versions have the id alone.
 */
final class LockFile implements AutoCloseable {
    private static final int TEXT_BYTES_MAX = 256;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final FileChannel channel;

    private LockFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Who holds a lock file.
     *
     * @param process   its id, as text; empty if it has not said yet
     * @param namespace where that id is valid; empty if it did not say
     */
    record Owner(String process, String namespace) {
        private static Owner of(String text) {
            String[] words = text.strip().split(" ", 2);
            return new Owner(words[0], words.length == 1 ? "" : words[1]);
        }

        private static Owner self() {
            return new Owner(Long.toString(ProcessHandle.current().pid()), ProcessNamespace.own());
        }

        private String text() {
            return process + " " + namespace;
        }

        /** Whether its process id means something else, or nothing, to this process. */
        boolean isForeign() {
            String own = ProcessNamespace.own();
            return !namespace.isEmpty() && !own.isEmpty() && !namespace.equals(own);
        }
    }

    /** Takes it, and says so in it; empty if somebody holds it. */
    static Optional<LockFile> take(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        PrivateFiles.restrict(file);
        if (!isTaken(channel, false)) {
            channel.close();
            return Optional.empty();
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Owner.self().text().getBytes(StandardCharsets.US_ASCII)), 0);
        return Optional.of(new LockFile(channel));
    }

    /** Takes it as soon as whoever holds it gives it back; empty if that takes longer than this. */
    static Optional<LockFile> await(Path file, Duration patience) throws IOException {
        long startNs = System.nanoTime();
        Optional<LockFile> taken = take(file);
        while (taken.isEmpty() && System.nanoTime() - startNs < patience.toNanos()) {
            LockSupport.parkNanos(LOOK_NS);
            taken = take(file);
        }
        return taken;
    }

    /** Who holds it now; empty if nobody does. Not to be asked of a file that this process holds: closing it again would let go of that. */
    static Optional<Owner> owner(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file)) {
            return isTaken(channel, true) ? Optional.empty() : Optional.of(Owner.of(text(channel)));
        }
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(TEXT_BYTES_MAX);
        channel.read(text, 0);
        return StandardCharsets.US_ASCII.decode(text.flip()).toString();
    }

    /** Takes the lock if it is free; a shared one, which is held for a moment to see, is in the way of nobody else who looks. */
    private static boolean isTaken(FileChannel channel, boolean isShared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, isShared) != null;
        } catch (OverlappingFileLockException e) {
            // Somebody in this process.
            return false;
        }
    }

    /** Gives it back. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
