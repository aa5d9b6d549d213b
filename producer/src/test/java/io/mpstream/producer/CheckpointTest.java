package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        assertEquals(Place.START, new Checkpoint(file).load());
        new Checkpoint(file).save(new Place(12, 345));
        assertEquals(new Place(12, 345), new Checkpoint(file).load());
        new Checkpoint(file).save(Place.START);
        assertEquals(Place.START, new Checkpoint(file).load());
    }

    @Test
    void fileThatCannotBeReadMeansFromTheStart() throws IOException {
        Path file = folder.resolve("checkpoint");
        for (String bad : List.of("", "mpstream checkpoint 1: request 1", "mpstream checkpoint 2: request 1 response 2",
                "mpstream checkpoint 1: request 99999999999999999999 response 2")) {
            Files.writeString(file, bad);
            assertEquals(Place.START, new Checkpoint(file).load(), bad);
        }
    }

    @Test
    void withoutAFileNothingIsKept() {
        Checkpoint checkpoint = new Checkpoint(null);
        checkpoint.save(new Place(1, 2));
        assertEquals(Place.START, checkpoint.load());
    }
}
