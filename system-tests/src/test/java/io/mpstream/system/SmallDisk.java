package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A disk of its own, in memory, that a test can fill. */
final class SmallDisk implements AutoCloseable {
    private static final int MIB = 1 << 20;

    private final Path folder;
    private final Path filler;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.filler = folder.resolve("filler");
    }

    /** Mounts one on a folder, which is made; nothing where that may not be done. */
    static Optional<SmallDisk> mount(Path folder, int mib) throws IOException {
        Files.createDirectories(folder);
        return Commands.run("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "mpstream-test", folder.toString()) == 0
                ? Optional.of(new SmallDisk(folder)) : Optional.empty();
    }

    /** Leaves so much free. */
    void fill(int freeMib) {
        try (FileChannel file = FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer zeros = ByteBuffer.allocate(MIB);
            while (Files.getFileStore(folder).getUsableSpace() > (long) (freeMib + 1) * MIB) {
                file.write(zeros.clear());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the filler away. */
    void free() {
        try {
            Files.deleteIfExists(filler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unmounts it; all that is on it is gone. */
    @Override
    public void close() {
        if (Commands.run("umount", folder.toString()) != 0) {
            Commands.run("umount", "-l", folder.toString());
        }
    }
}
