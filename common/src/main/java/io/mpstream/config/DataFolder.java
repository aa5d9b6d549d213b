package io.mpstream.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder that holds the journals, taken by one process of each role for as long as it lives. The lock is the
 * kernel's: it goes with the process, however that dies.
 */
public final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a folder, which is made when it is not there.
     *
     * @param path the folder
     * @param role of this process, {@code producer} or {@code streamer}
     * @throws Refusal if the folder cannot be written, or another process of that role has it
     */
    public static DataFolder take(Path path, String role) {
        try {
            Files.createDirectories(path);
            FileChannel lock = FileChannel.open(path.resolve(role + ".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!acquire(lock)) {
                String owner = owner(lock);
                lock.close();
                throw new Refusal("another " + role + owner + " uses the data folder " + path.toAbsolutePath()
                        + "; stop it, or choose another folder with --data-dir");
            }
            write(lock, Long.toString(ProcessHandle.current().pid()));
            return new DataFolder(path, lock);
        } catch (IOException e) {
            throw new Refusal("cannot use the data folder " + path.toAbsolutePath() + ": " + reason(e), e);
        }
    }

    private static boolean acquire(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String owner(FileChannel lock) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        lock.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).trim();
        return text.isEmpty() ? "" : " (process " + text + ")";
    }

    private static void write(FileChannel lock, String text) throws IOException {
        lock.truncate(0);
        lock.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.FileAlreadyExistsException _ -> "it is a file";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> e.getMessage();
        };
    }

    /** Where the request journal lies. */
    public Path requests() {
        return path.resolve("requests");
    }

    /** Where the response journal lies. */
    public Path responses() {
        return path.resolve("responses");
    }

    /** A file in this folder. */
    public Path file(String name) {
        return path.resolve(name);
    }

    /** Gives the folder back. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
