package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    Path folder;

    private static Checkpoint.State at(long request, long response) {
        return new Checkpoint.State(new Positions(request, response), Map.of());
    }

    @Test
    void whatWasSavedIsLoaded() {
        Path file = folder.resolve("checkpoint");
        Checkpoint first = new Checkpoint(file);
        assertEquals(Checkpoint.State.START, first.load());
        assertFalse(first.isLost());
        new Checkpoint(file).save(at(12, 345));
        assertEquals(at(12, 345), new Checkpoint(file).load());
        Checkpoint last = new Checkpoint(file);
        last.load();
        last.save(at(13, 400));
        assertEquals(new Positions(13, 400), last.saved());
        assertEquals(at(13, 400), new Checkpoint(file).load());
    }

    @Test
    void fileIsItsOwnersAlone() throws IOException {
        Path file = folder.resolve("checkpoint");
        new Checkpoint(file).save(at(12, 345));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        new Checkpoint(file).load();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void carriedAnswersAreLoadedWithTheirOffsets() {
        Path file = folder.resolve("checkpoint");
        Map<StreamId, Long> carried = IntStream.range(0, 10_000).boxed()
                .collect(Collectors.toMap(i -> StreamId.random(), i -> (long) i << 30));
        Checkpoint.State state = new Checkpoint.State(new Positions(12, 345), carried);
        new Checkpoint(file).save(state);
        assertEquals(state, new Checkpoint(file).load());
        new Checkpoint(file).save(at(12, 345));
        assertEquals(at(12, 345), new Checkpoint(file).load(), "a shorter file leaves nothing of a longer one");
    }

    @Test
    void fileIsNotWrittenAgainWhileThePlaceStandsStill() throws IOException {
        Path file = folder.resolve("checkpoint");
        Checkpoint checkpoint = new Checkpoint(file);
        StreamId stream = StreamId.random();
        checkpoint.save(new Checkpoint.State(new Positions(1, 2), Map.of(stream, 3L)));
        String text = Files.readString(file);
        checkpoint.save(new Checkpoint.State(new Positions(1, 2), Map.of(stream, 4L)));
        assertEquals(text, Files.readString(file));
        checkpoint.save(new Checkpoint.State(new Positions(1, 3), Map.of(stream, 4L)));
        assertEquals("mpstream checkpoint 2: request 1 response 3\n" + stream + " 4\n", Files.readString(file));
    }

    @Test
    void firstVersionIsStillLoaded() throws IOException {
        Path file = folder.resolve("checkpoint");
        Files.writeString(file, "mpstream checkpoint 1: request -1 response 345\n");
        Checkpoint checkpoint = new Checkpoint(file);
        assertEquals(at(-1, 345), checkpoint.load());
        assertFalse(checkpoint.isLost());
    }

    @Test
    void fileThatCannotBeReadMeansFromTheStart() throws IOException {
        Path file = folder.resolve("checkpoint");
        String first = "mpstream checkpoint 2: request 1 response 2\n";
        String stream = StreamId.random().toString();
        for (String bad : List.of("", "mpstream checkpoint 1: request 1", "mpstream checkpoint 3: request 1 response 2",
                "mpstream checkpoint 1: request 99999999999999999999 response 2",
                first + stream, first + stream + " -1", first + stream + " 99999999999999999999", first + stream.substring(1) + " 1",
                first + "x" + stream.substring(1) + " 1", first + stream + " 1\n\n", first + stream + " 1\nü", stream + " 1\n" + first)) {
            Files.writeString(file, bad);
            Checkpoint checkpoint = new Checkpoint(file);
            assertEquals(Checkpoint.State.START, checkpoint.load(), bad);
            assertTrue(checkpoint.isLost(), bad);
        }
    }

    @Test
    void withoutAFileNothingIsKept() {
        Checkpoint checkpoint = new Checkpoint(null);
        checkpoint.save(at(1, 2));
        assertEquals(Checkpoint.State.START, checkpoint.load());
    }
}
