package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    Path folder;

    @Test
    void whatWasSavedIsLoaded() {
        Path file = folder.resolve("checkpoint");
        Checkpoint first = new Checkpoint(file);
        assertEquals(Place.START, first.load());
        assertFalse(first.isLost());
        new Checkpoint(file).save(new Place(12, 345));
        assertEquals(new Place(12, 345), new Checkpoint(file).load());
        Checkpoint last = new Checkpoint(file);
        last.load();
        last.save(new Place(13, 400));
        assertEquals(new Place(13, 400), last.saved());
        assertEquals(new Place(13, 400), new Checkpoint(file).load());
    }

    @Test
    void fileThatCannotBeReadMeansFromTheStart() throws IOException {
        Path file = folder.resolve("checkpoint");
        for (String bad : List.of("", "mpstream checkpoint 1: request 1", "mpstream checkpoint 2: request 1 response 2",
                "mpstream checkpoint 1: request 99999999999999999999 response 2")) {
            Files.writeString(file, bad);
            Checkpoint checkpoint = new Checkpoint(file);
            assertEquals(Place.START, checkpoint.load(), bad);
            assertTrue(checkpoint.isLost(), bad);
        }
    }

    @Test
    void withoutAFileNothingIsKept() {
        Checkpoint checkpoint = new Checkpoint(null);
        checkpoint.save(new Place(1, 2));
        assertEquals(Place.START, checkpoint.load());
    }
}
