package io.mpstream.config;

import io.mpstream.journal.Journal;
import io.mpstream.journal.chronicle.ChronicleJournal;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.RequestCodec;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that holds the two journals, taken by one producer and a few streamers for as long as they live. Each has a lock file, and
 * the lock is the kernel's: it goes with the process, however that dies. What is asked and answered lies in the folder, so only its owner
 * may look into it.
 */
public final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final int REQUEST_BLOCK_BYTES = 1 << 20;
    private static final int RESPONSE_BLOCK_BYTES = 16 << 20;
    /** The role of which a few may be at once. */
    public static final String STREAMER = "streamer";
    /** One, and others that take over from it. */
    private static final int STREAMERS_MAX = 4;

    private final Path path;
    private final String role;
    /** Of those with this role, from 1 on. */
    private final int number;
    private final FileChannel lock;
    private boolean isShared;
    private final Journal<Request> requests;
    private final Journal<Frame> responses;

    private DataFolder(Path path, String role, int number, FileChannel lock) {
        this.path = path;
        this.role = role;
        this.number = number;
        this.lock = lock;
        this.requests = ChronicleJournal.open(path.resolve("requests"), REQUEST_BLOCK_BYTES, RequestCodec::new);
        this.responses = ChronicleJournal.open(path.resolve("responses"), RESPONSE_BLOCK_BYTES, FrameCodec::new);
    }

    /**
     * Takes a folder, which is made when it is not there, and opens its journals.
     *
     * @param path the folder
     * @param role of this process, {@code producer} or {@link #STREAMER}
     * @throws Refusal if the folder cannot be written, or as many processes of that role have it as may
     */
    public static DataFolder take(Path path, String role) {
        try {
            Files.createDirectories(path);
            keepOthersOut(path);
            int most = role.equals(STREAMER) ? STREAMERS_MAX : 1;
            for (int number = 1; number <= most; number++) {
                FileChannel lock = lock(lockFile(path, role, number));
                if (lock != null) {
                    write(lock, Long.toString(ProcessHandle.current().pid()));
                    return new DataFolder(path, role, number, lock);
                }
            }
            throw new Refusal((most == 1 ? "another " + role + owner(lockFile(path, role, 1)) + " uses" : most + " streamers use")
                    + " the data folder " + path.toAbsolutePath() + "; stop it, or choose another folder with --data-dir");
        } catch (IOException e) {
            throw new Refusal("cannot use the data folder " + path.toAbsolutePath() + ": " + reason(e), e);
        } catch (UncheckedIOException | IllegalStateException e) {
            throw new Refusal(e.getMessage(), e);
        }
    }

    private static Path lockFile(Path path, String role, int number) {
        return path.resolve(number == 1 ? role + ".lock" : role + "-" + number + ".lock");
    }

    /** The lock of this file, or null if somebody has it. */
    private static FileChannel lock(Path file) throws IOException {
        FileChannel lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        OwnerOnly.restrict(file);
        if (acquire(lock)) {
            return lock;
        }
        lock.close();
        return null;
    }

    /** Whether another process of this one's role has the folder too, now; as before where that cannot be told. One thread; some system calls. */
    public boolean isShared() {
        try {
            boolean isAny = false;
            for (int other = 1; role.equals(STREAMER) && other <= STREAMERS_MAX && !isAny; other++) {
                Path file = lockFile(path, role, other);
                isAny = other != number && Files.exists(file) && isHeld(file);
            }
            isShared = isAny;
        } catch (IOException e) {
            // No file can be opened any more, above all.
            LOG.debug("whether others use {} cannot be told", path, e);
        }
        return isShared;
    }

    private static boolean isHeld(Path file) throws IOException {
        try (FileChannel probe = lock(file)) {
            return probe == null;
        }
    }

    /** Which of the processes of its role this is, from 1 on. */
    public int number() {
        return number;
    }

    private static void keepOthersOut(Path path) throws IOException {
        OwnerOnly.restrict(path);
        if (!OwnerOnly.isPrivate(path)) {
            LOG.warn("other users of this machine can look into the data folder {}, and that cannot be changed from here: choose one of your"
                    + " own with --data-dir", path.toAbsolutePath());
        }
    }

    private static boolean acquire(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String owner(Path lockFile) throws IOException {
        String pid = Files.readString(lockFile, StandardCharsets.US_ASCII).trim();
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    private static void write(FileChannel lock, String text) throws IOException {
        lock.truncate(0);
        lock.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    /** In the words of a user, not of a library. */
    static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "no such file or folder";
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.FileAlreadyExistsException _ -> "it is a file";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> e.getMessage();
        };
    }

    /** The request journal, open as long as this is. */
    public Journal<Request> requests() {
        return requests;
    }

    /** The response journal, open as long as this is. */
    public Journal<Frame> responses() {
        return responses;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** A file in this folder. */
    public Path file(String name) {
        return path.resolve(name);
    }

    /** Closes the journals and gives the folder back. */
    @Override
    public void close() {
        requests.close();
        responses.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
