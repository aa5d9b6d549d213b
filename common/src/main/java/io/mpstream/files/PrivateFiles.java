package io.mpstream.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files and folders that only their owner may use, whatever the process's umask: texts and secrets lie in them. Where a file system
 * knows no such permissions nothing is done, and everything counts as private.
 */
public final class PrivateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateFiles.class);
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
    /** Of a folder's mode: many share it, and none may remove another's files, as in {@code /tmp}. */
    private static final int STICKY = 01000;

    private PrivateFiles() {
    }

    /**
     * Takes from all but the owner what they may do with a file or a folder. What is not there, or belongs to somebody else, stays as
     * it is; so does a folder that is there to be shared, like {@code /tmp}. {@link #isPrivate} tells what came of it.
     */
    public static void restrict(Path path) {
        PosixFileAttributeView view = view(path);
        if (view == null) {
            return;
        }
        try {
            Set<PosixFilePermission> permissions = view.readAttributes().permissions();
            if (permissions.retainAll(OWNERS) && !isShared(path)) {
                view.setPermissions(permissions);
            }
        } catch (IOException e) {
            LOG.debug("the permissions of {} stay as they are", path, e);
        }
    }

    private static boolean isShared(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                && ((int) Files.getAttribute(path, "unix:mode") & STICKY) != 0;
    }

    /** Null where there are no such permissions. */
    private static PosixFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class);
    }

    /**
     * Whether neither group nor others may do anything with a file or a folder.
     *
     * @throws IOException if it is not there, or nothing can be learnt of it
     */
    public static boolean isPrivate(Path path) throws IOException {
        PosixFileAttributeView view = view(path);
        return view == null || OWNERS.containsAll(view.readAttributes().permissions());
    }

    /**
     * Makes a file with these contents that only its owner can read and write, from the first moment. It is there as a whole or not at
     * all, and of several that make it at once one succeeds.
     *
     * @throws FileAlreadyExistsException if it is there already; it stays as it is
     * @throws IOException                if it cannot be made
     */
    public static void create(Path path, byte[] bytes) throws IOException {
        Path whole = path.toAbsolutePath();
        // A temporary file is its owner's from the start.
        Path next = Files.createTempFile(whole.getParent(), whole.getFileName().toString(), ".next");
        try {
            write(next, bytes);
            name(next, whole);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /**
     * Puts a file with these contents in the place of the one that has its name, if there is one. A loss of power leaves the old one or the new
     * one.
     *
     * @throws IOException if it cannot be written; the old one stays as it is
     */
    public static void replace(Path path, byte[] bytes) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".next");
        write(next, bytes);
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            restrict(file);
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            // A disk that fills up takes a part first; only the next write fails.
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    private static void name(Path file, Path name) throws IOException {
        try {
            // Unlike a move this never takes the place of another file.
            Files.createLink(name, file);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            LOG.debug("no links here", e);
            Files.move(file, name);
        }
    }
}
