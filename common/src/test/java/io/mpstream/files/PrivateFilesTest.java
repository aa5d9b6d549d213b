package io.mpstream.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.files.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    @TempDir
    Path folder;

    private Path file(String permissions) throws IOException {
        Path file = Files.createTempFile(folder, "file", "");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void anyPermissionOfAnotherMakesAFilePublic() throws IOException {
        for (String permissions : List.of("rw-r-----", "rw----r--", "rw--w----", "rw------x", "rwxrwxrwx")) {
            assertFalse(PrivateFiles.isPrivate(file(permissions)), permissions);
        }
        for (String permissions : List.of("rw-------", "r--------", "---------", "rwx------")) {
            assertTrue(PrivateFiles.isPrivate(file(permissions)), permissions);
        }
        assertThrows(NoSuchFileException.class, () -> PrivateFiles.isPrivate(folder.resolve("none")));
    }

    @Test
    void ownerKeepsWhatHeMayDo() throws IOException {
        for (String permissions : List.of("rwxr-xr-x", "rw-rw-r--", "r--r--r--")) {
            Path file = file(permissions);
            PrivateFiles.restrict(file);
            assertEquals(permissions.substring(0, 3) + "------", permissions(file));
        }
        PrivateFiles.restrict(folder.resolve("none"));
    }

    @Test
    void folderThatIsThereToBeSharedStaysShared() throws IOException {
        Files.setAttribute(folder, "unix:mode", 01777);
        PrivateFiles.restrict(folder);
        assertEquals(01777, (int) Files.getAttribute(folder, "unix:mode") & 07777);
    }

    @Test
    void secretIsItsOwnersAlone() throws IOException {
        Path secret = folder.resolve("secret");
        PrivateFiles.create(secret, new byte[] {1, 2, 3});
        assertEquals("rw-------", permissions(secret));
        assertEquals(List.of((byte) 1, (byte) 2, (byte) 3), bytes(secret));
        assertEquals(List.of("secret"), names());
    }

    @Test
    void secretThatIsThereStaysAsItIs() throws IOException {
        Path secret = folder.resolve("secret");
        PrivateFiles.create(secret, new byte[] {1});
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFiles.create(secret, new byte[] {2}));
        assertEquals(List.of((byte) 1), bytes(secret));
        assertEquals(List.of("secret"), names());
    }

    @Test
    void fileIsReplacedAsAWholeAndKeptToItsOwner() throws IOException {
        Path file = Files.setPosixFilePermissions(Files.write(folder.resolve("file"), new byte[] {1, 2}), PosixFilePermissions.fromString("rw-r--r--"));
        Files.write(folder.resolve("file.next"), new byte[] {7, 7, 7, 7});
        PrivateFiles.replace(file, new byte[] {3});
        assertEquals("rw-------", permissions(file));
        assertEquals(List.of((byte) 3), bytes(file));
        assertEquals(List.of("file"), names());
        PrivateFiles.replace(folder.resolve("other"), new byte[] {4});
        assertEquals(List.of((byte) 4), bytes(folder.resolve("other")));
    }

    @Test
    void oneOfManyMakesTheSecretAndNobodySeesAPartOfIt() throws IOException {
        for (int round = 0; round < 20; round++) {
            Path secret = folder.resolve("secret-" + round);
            long made = IntStream.range(0, 8).parallel().filter(i -> isMadeOf(secret, (byte) i)).count();
            assertEquals(1, made);
        }
    }

    private static boolean isMadeOf(Path secret, byte each) {
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, each);
        try {
            PrivateFiles.create(secret, bytes);
            return true;
        } catch (FileAlreadyExistsException e) {
            try {
                assertEquals(bytes.length, Files.size(secret));
                return false;
            } catch (IOException missing) {
                throw new UncheckedIOException(missing);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Byte> bytes(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
