package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mpstream.fuzz.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of any content, and files that are none. */
class CheckpointFuzzTest {
    @TempDir
    private Path folder;

    private static Positions positions(Fuzz fuzz) {
        return new Positions(fuzz.number() & Long.MAX_VALUE, fuzz.number());
    }

    @Test
    void whatIsSavedIsLoaded() {
        Path file = folder.resolve("checkpoint");
        Fuzz.run(fuzz -> {
            Files.deleteIfExists(file);
            Positions positions = positions(fuzz);
            new Checkpoint(file).save(positions);
            Checkpoint next = new Checkpoint(file);
            assertEquals(positions, next.load());
            assertFalse(next.isLost());
        });
    }

    @Test
    void whatIsDamagedIsLostOrACheckpointAndNothingElse() {
        Path file = folder.resolve("checkpoint");
        // Each that is lost is told with its reason in the log.
        Fuzz.few(5, fuzz -> {
            Files.deleteIfExists(file);
            new Checkpoint(file).save(positions(fuzz));
            Files.write(file, fuzz.oneIn(10) ? fuzz.bytes(200) : fuzz.mutate(Files.exists(file) ? Files.readAllBytes(file) : new byte[1]));
            Checkpoint next = new Checkpoint(file);
            Positions loaded = next.load();
            assertEquals(next.isLost() ? Positions.START : next.saved(), loaded);
        });
    }
}
