package io.mpstream.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Appender;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.StreamId;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void oneProcessOfEachRoleMayTakeIt() {
        try (DataFolder _ = DataFolder.take(folder.resolve("new/data"), "producer");
                DataFolder _ = DataFolder.take(folder.resolve("new/data"), "streamer")) {
            String message = assertThrows(StartupException.class, () -> DataFolder.take(folder.resolve("new/data"), "producer")).getMessage();
            assertTrue(message.contains("another producer (process " + ProcessHandle.current().pid() + ")"), message);
        }
    }

    @Test
    void aFewStreamersMayTakeItAndSeeEachOther() {
        try (DataFolder first = DataFolder.take(folder, "streamer")) {
            assertFalse(first.isShared());
            try (DataFolder second = DataFolder.take(folder, "streamer")) {
                assertEquals(List.of(1, 2), List.of(first.number(), second.number()));
                assertTrue(first.isShared());
                assertTrue(second.isShared());
                try (DataFolder _ = DataFolder.take(folder, "streamer"); DataFolder _ = DataFolder.take(folder, "streamer")) {
                    String message = assertThrows(StartupException.class, () -> DataFolder.take(folder, "streamer")).getMessage();
                    assertTrue(message.contains("4 streamers use the data folder"), message);
                }
            }
            assertFalse(first.isShared());
        }
    }

    @Test
    void aProducerSharesItWithNoOther() {
        try (DataFolder producer = DataFolder.take(folder, "producer"); DataFolder _ = DataFolder.take(folder, "streamer")) {
            assertFalse(producer.isShared());
        }
    }

    @Test
    void itCanBeTakenAgainAfterItWasGivenBack() {
        DataFolder.take(folder, "producer").close();
        DataFolder.take(folder, "producer").close();
    }

    @Test
    void processOfAnotherNamespaceKeepsThisOneOut() throws IOException {
        try (DataFolder _ = DataFolder.take(folder, "producer")) {
            String own = Files.readString(folder.resolve("producer.lock"));
            assertTrue(own.startsWith(ProcessHandle.current().pid() + " pid:["), own);
            Files.writeString(folder.resolve("producer.lock"), "7 pid:[1]@another");
            String message = assertThrows(StartupException.class, () -> DataFolder.take(folder, "streamer")).getMessage();
            assertEquals("the data folder " + folder + " is used from another PID namespace, by a producer (process 7 there): have both share one,"
                    + " or choose another folder with --data-dir", message);
            // As earlier versions wrote it.
            Files.writeString(folder.resolve("producer.lock"), "7");
            DataFolder.take(folder, "streamer").close();
        }
        Files.writeString(folder.resolve("streamer.lock"), "7 pid:[1]@another");
        DataFolder.take(folder, "producer").close();
    }

    @Test
    void allOfItIsItsOwnersAlone() throws IOException {
        Files.setPosixFilePermissions(Files.createDirectory(folder.resolve("data")), PosixFilePermissions.fromString("rwxr-xr-x"));
        try (DataFolder data = DataFolder.take(folder.resolve("data"), "producer"); Appender<Request> requests = data.requests().appender()) {
            requests.append(new Cancel(StreamId.mint(), "q"));
            requests.commit();
            // The library tells of a new file on a thread of its own.
            Awaitility.await().until(() -> filesOf(folder.resolve("data")).allMatch(path -> permissions(path).endsWith("------")));
            try (Stream<Path> all = Files.walk(folder.resolve("data"))) {
                List<Path> paths = all.toList();
                assertTrue(paths.size() >= 9, paths.toString());
                for (Path path : paths) {
                    assertEquals(Files.isDirectory(path) ? "rwx------" : "rw-------", permissions(path), path.toString());
                }
            }
        }
    }

    @Test
    void folderThatOthersSeeIsTakenAllTheSame() throws IOException {
        // Shared on purpose, so that it is left as it is.
        Files.setAttribute(folder, "unix:mode", 01777);
        DataFolder.take(folder, "producer").close();
        assertEquals("rwxrwxrwx", permissions(folder));
        assertEquals("rwx------", permissions(folder.resolve("requests")));
    }

    @Test
    void folderWithOtherThingsInItKeepsItsPermissions() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path other = Files.createFile(folder.resolve("notes.txt"));
        Path requests = Files.createDirectory(folder.resolve("requests"));
        Path foreign = Files.createFile(requests.resolve("index.html"));
        for (Path each : List.of(other, requests, foreign)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        for (int i = 0; i < 2; i++) {
            try (DataFolder _ = DataFolder.take(folder, "producer"); DataFolder _ = DataFolder.take(folder, "streamer")) {
                for (Path each : List.of(folder, other, requests, foreign)) {
                    assertEquals("rwxr-xr-x", permissions(each), each.toString());
                }
                for (String own : List.of("responses", "producer.lock", "requests/metadata.cq4t", "requests/doorbell")) {
                    assertTrue(permissions(folder.resolve(own)).endsWith("------"), own);
                }
            }
        }
    }

    @Test
    void folderThatIsDeletedIsMissed() throws Exception {
        for (String part : List.of("", "responses", "producer.lock")) {
            Path data = folder.resolve("lost" + part.length());
            CountDownLatch isLost = new CountDownLatch(1);
            try (DataFolder taken = DataFolder.take(data, "producer")) {
                taken.watch(isLost::countDown);
                Files.move(data.resolve(part), folder.resolve("away" + part.length()));
                assertTrue(isLost.await(8, TimeUnit.SECONDS), part);
            }
        }
    }

    @Test
    void diskThatIsSmallerThanItsFloorIsRefused() {
        String message = assertThrows(StartupException.class, () -> DataFolder.take(folder, "producer").requireDisk(Long.MAX_VALUE)).getMessage();
        assertTrue(message.startsWith("--disk-floor ") && message.lines().count() == 1, message);
        DataFolder.take(folder, "producer").requireDisk(1).close();
    }

    private static Stream<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.toList().stream();
        }
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFileInItsPlaceIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        String message = assertThrows(StartupException.class, () -> DataFolder.take(file, "producer")).getMessage();
        assertEquals("cannot use the data folder " + file + ": it is a file", message);
    }

    @Test
    void aPlaceWhereNobodyCanMakeOneIsRefused() {
        String message = assertThrows(StartupException.class, () -> DataFolder.take(Path.of("/proc/mpstream"), "producer")).getMessage();
        assertEquals("cannot use the data folder /proc/mpstream: no such file or folder", message);
    }
}
