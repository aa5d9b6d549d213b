package io.mpstream.config;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void oneProcessOfEachRoleMayTakeIt() {
        try (DataFolder _ = DataFolder.take(folder.resolve("new/data"), "producer");
                DataFolder _ = DataFolder.take(folder.resolve("new/data"), "streamer")) {
            String message = assertThrows(Refusal.class, () -> DataFolder.take(folder.resolve("new/data"), "producer")).getMessage();
            assertTrue(message.contains("another producer (process " + ProcessHandle.current().pid() + ")"), message);
        }
    }

    @Test
    void itCanBeTakenAgainAfterItWasGivenBack() {
        DataFolder.take(folder, "producer").close();
        DataFolder.take(folder, "producer").close();
    }

    @Test
    void aFileInItsPlaceIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        String message = assertThrows(Refusal.class, () -> DataFolder.take(file, "producer")).getMessage();
        assertTrue(message.contains(file.toString()), message);
    }
}
