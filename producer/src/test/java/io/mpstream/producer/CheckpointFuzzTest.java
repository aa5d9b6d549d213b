package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mpstream.fuzz.Fuzz;
import io.mpstream.protocol.StreamId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of any content, and files that are none. */
class CheckpointFuzzTest {
    @TempDir
    private Path folder;

    private static Checkpoint.State state(Fuzz fuzz) {
        Map<StreamId, Long> carried = new LinkedHashMap<>();
        for (int i = fuzz.upTo(4); i > 0; i--) {
            carried.put(new StreamId(fuzz.any(), fuzz.any()), fuzz.number() & Long.MAX_VALUE);
        }
        // Nothing is carried before the place has moved.
        return new Checkpoint.State(new Positions(fuzz.number() & Long.MAX_VALUE, fuzz.number()), carried);
    }

    @Test
    void whatIsSavedIsLoaded() {
        Path file = folder.resolve("checkpoint");
        Fuzz.run(fuzz -> {
            Files.deleteIfExists(file);
            Checkpoint.State state = state(fuzz);
            new Checkpoint(file).save(state);
            Checkpoint next = new Checkpoint(file);
            assertEquals(state, next.load());
            assertFalse(next.isLost());
        });
    }

    @Test
    void whatIsDamagedIsLostOrACheckpointAndNothingElse() {
        Path file = folder.resolve("checkpoint");
        // Each that is lost is told with its reason in the log.
        Fuzz.few(5, fuzz -> {
            Files.deleteIfExists(file);
            new Checkpoint(file).save(state(fuzz));
            Files.write(file, fuzz.oneIn(10) ? fuzz.bytes(200) : fuzz.mutate(Files.exists(file) ? Files.readAllBytes(file) : new byte[1]));
            Checkpoint next = new Checkpoint(file);
            Checkpoint.State loaded = next.load();
            assertEquals(next.isLost() ? Positions.START : next.saved(), loaded.positions());
        });
    }
}
