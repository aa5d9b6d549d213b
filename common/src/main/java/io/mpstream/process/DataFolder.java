package io.mpstream.process;

import io.mpstream.files.PrivateFiles;
import io.mpstream.journal.Journal;
import io.mpstream.journal.chronicle.ChronicleJournal;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.settings.Bound;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that holds the two journals, taken by one producer and a few streamers for as long as they live. Each has a {@link LockFile}. All
 * are of one {@link ProcessNamespace}. What is asked and answered lies in the folder, so only its owner may look into it.
 */
public final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final int REQUEST_BLOCK_BYTES = 1 << 20;
    private static final int RESPONSE_BLOCK_BYTES = 16 << 20;
    /** A text that cannot be stored has nobody else to go to. */
    private static final Duration RESPONSE_PATIENCE = Duration.ofSeconds(60);
    /** The role of which a few may be at once. */
    public static final String STREAMER = "streamer";
    /** One, and others that take over from it. */
    private static final int STREAMERS_MAX = 4;
    private static final String PRODUCER = "producer";
    /** Held while a process takes the folder, which is a moment. */
    private static final String TAKING = "folder.lock";
    private static final Duration TAKING_MAX = Duration.ofSeconds(5);

    private static final Pattern OWN = Pattern.compile("requests|responses|folder\\.lock|(producer|streamer)(-\\d)?\\.lock|rank-\\d+|(checkpoint|server\\.key|tokens\\.ledger|audit\\.log).*");

    private final Path path;
    private final String role;
    /** Of those with this role, from 1 on. */
    private final int number;
    private final LockFile lock;
    private boolean isShared;
    private final ChronicleJournal<Request> requests;
    private final ChronicleJournal<Frame> responses;
    /** What this process has open, and what it was in the file system. */
    private final Map<Path, Object> keys = new HashMap<>();
    private Thread watcher;

    /** One of as many processes of a role as may have a folder, counted from 1 on. */
    private record Place(int number, LockFile lock) {
    }

    private DataFolder(Path path, String role, Place place) {
        this.path = path;
        this.role = role;
        this.number = place.number();
        this.lock = place.lock();
        this.requests = ChronicleJournal.open(path.resolve("requests"), REQUEST_BLOCK_BYTES, RequestCodec::new);
        this.responses = ChronicleJournal.open(path.resolve("responses"), RESPONSE_BLOCK_BYTES, RESPONSE_PATIENCE, FrameCodec::new);
        requests.freeLock(process -> isAnother(process, STREAMER));
        responses.freeLock(process -> isAnother(process, PRODUCER));
    }

    /**
     * Takes a folder, which is made when it is not there, and opens its journals.
     *
     * @param path the folder
     * @param role of this process, {@code producer} or {@link #STREAMER}
     * @throws StartupException if the folder cannot be written, or as many processes of that role have it as may
     */
    public static DataFolder take(Path path, String role) {
        try {
            Files.createDirectories(path);
            keepOthersOut(path);
            return new DataFolder(path, role, place(path, role));
        } catch (IOException e) {
            throw new StartupException("cannot use the data folder " + path.toAbsolutePath() + ": " + StartupException.reason(e), e);
        } catch (UncheckedIOException | IllegalStateException e) {
            throw new StartupException(e.getMessage(), e);
        }
    }

    /** One process at a time: it reads what those before it have written. */
    private static Place place(Path path, String role) throws IOException {
        try (LockFile _ = taking(path)) {
            requireOneNamespace(path);
            int most = most(role);
            for (int number = 1; number <= most; number++) {
                Optional<LockFile> lock = LockFile.take(lockFile(path, role, number));
                if (lock.isPresent()) {
                    return new Place(number, lock.get());
                }
            }
            String others = most > 1 ? most + " streamers use"
                    : "another " + role + LockFile.owner(lockFile(path, role, 1)).map(owner -> " (process " + owner.process() + ")").orElse("") + " uses";
            throw new StartupException(others + " the data folder " + path.toAbsolutePath() + "; stop it, or choose another folder with --data-dir");
        }
    }

    private static LockFile taking(Path path) throws IOException {
        return LockFile.await(path.resolve(TAKING), TAKING_MAX).orElseThrow(() -> new StartupException("another process has been about to take the data folder "
                + path.toAbsolutePath() + " for " + TAKING_MAX.toSeconds() + " s; stop it, or choose another folder with --data-dir"));
    }

    /** Of processes whose ids mean nothing to each other one would take the journals' locks from the other while that writes. */
    private static void requireOneNamespace(Path path) throws IOException {
        for (String role : List.of(PRODUCER, STREAMER)) {
            for (int number = 1; number <= most(role); number++) {
                Optional<LockFile.Owner> owner = LockFile.owner(lockFile(path, role, number));
                if (owner.isPresent() && owner.get().isForeign()) {
                    throw new StartupException("the data folder " + path.toAbsolutePath() + " is used from another PID namespace, by a " + role + " (process "
                            + owner.get().process() + " there): have both share one, or choose another folder with --data-dir");
                }
            }
        }
    }

    private static int most(String role) {
        return role.equals(STREAMER) ? STREAMERS_MAX : 1;
    }

    private static Path lockFile(Path path, String role, int number) {
        return path.resolve(number == 1 ? role + ".lock" : role + "-" + number + ".lock");
    }

    /** Whether a process that is not this one has the folder in this role, and this id. */
    private boolean isAnother(long process, String other) {
        try (LockFile _ = taking(path)) {
            for (int each = 1; each <= most(other); each++) {
                boolean isOwn = other.equals(role) && each == number;
                if (!isOwn && LockFile.owner(lockFile(path, other, each)).filter(owner -> owner.process().equals(Long.toString(process))).isPresent()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether another process of this one's role has the folder too, now; as before where that cannot be told. One thread; some system calls. */
    public boolean isShared() {
        try {
            boolean isAny = false;
            for (int other = 1; role.equals(STREAMER) && other <= STREAMERS_MAX && !isAny; other++) {
                isAny = other != number && LockFile.owner(lockFile(path, role, other)).isPresent();
            }
            isShared = isAny;
        } catch (IOException e) {
            // No file can be opened any more, above all.
            LOG.debug("whether others use {} cannot be told", path, e);
        }
        return isShared;
    }

    /** Which of the processes of its role this is, from 1 on. */
    public int number() {
        return number;
    }

    private static void keepOthersOut(Path path) throws IOException {
        if (isOwn(path)) {
            PrivateFiles.restrict(path);
        }
        if (!PrivateFiles.isPrivate(path)) {
            LOG.warn("other users of this machine can look into the data folder {}, and that cannot be changed from here: choose one of your"
                    + " own with --data-dir", path.toAbsolutePath());
        }
    }

    /** Whether there is nothing in it but what was made here: the permissions of a folder with other things are somebody else's business. */
    private static boolean isOwn(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.allMatch(file -> OWN.matcher(file.getFileName().toString()).matches());
        }
    }

    /**
     * Requires the disk to be large enough for what is to stay free of it.
     *
     * @param floor in bytes
     * @throws StartupException if it is not, however empty it may become
     */
    public DataFolder requireDisk(long floor) {
        try {
            long total = Files.getFileStore(path).getTotalSpace();
            if (total > 0 && total < floor) {
                close();
                throw new StartupException("--disk-floor " + floor + " is more than the whole disk of " + path.toAbsolutePath() + " has, which is " + total
                        + " bytes: no query would ever be taken");
            }
            return this;
        } catch (IOException e) {
            throw new StartupException("cannot look at the disk of " + path.toAbsolutePath() + ": " + StartupException.reason(e), e);
        }
    }

    /**
     * Looks every few seconds whether the folder is still there.
     *
     * @param onLoss called once, on a thread of its own, when it was deleted, or another has its name: nobody finds what is stored from then on
     */
    public void watch(Runnable onLoss) {
        for (Path file : List.of(lockFile(path, role, number), path.resolve("requests/metadata.cq4t"), path.resolve("responses/metadata.cq4t"))) {
            key(file).ifPresent(key -> keys.put(file, key));
        }
        watcher = Thread.ofPlatform().name("folder").daemon().start(() -> {
            while (keys.entrySet().stream().allMatch(each -> key(each.getKey()).map(each.getValue()::equals).orElse(false))) {
                try {
                    Thread.sleep(Bound.FOLDER_LOOK.time());
                } catch (InterruptedException e) {
                    return;
                }
            }
            onLoss.run();
        });
    }

    /** What tells a file from another one that has its name later; empty if there is none. */
    private Optional<Object> key(Path file) {
        try {
            return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.debug("whether {} is there cannot be told", file, e);
            return Optional.ofNullable(keys.get(file));
        }
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
        if (watcher != null) {
            watcher.interrupt();
        }
        requests.close();
        responses.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
