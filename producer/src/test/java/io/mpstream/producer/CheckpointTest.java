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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    Path folder;

    private static Positions at(long request, long response) {
        return new Positions(request, response);
    }

    @Test
    void whatWasSavedIsLoaded() {
        Path file = folder.resolve("checkpoint");
        Checkpoint first = new Checkpoint(file);
        assertEquals(Positions.START, first.load());
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
    void fileIsNotWrittenAgainWhileThePlaceStandsStill() throws IOException {
        Path file = folder.resolve("checkpoint");
        Checkpoint checkpoint = new Checkpoint(file);
        checkpoint.save(at(1, 2));
        Files.delete(file);
        checkpoint.save(at(1, 2));
        assertFalse(Files.exists(file));
        checkpoint.save(at(1, 3));
        assertEquals("mpstream checkpoint 3: request 1 response 3\n", Files.readString(file));
    }

    @Test
    void secondVersionIsLoadedAndReadFromTheStartWhereItCarriesAnswers() throws IOException {
        Path file = folder.resolve("checkpoint");
        Files.writeString(file, "mpstream checkpoint 2: request 12 response 345\n");
        assertEquals(at(12, 345), new Checkpoint(file).load());
        Files.writeString(file, "mpstream checkpoint 2: request 12 response 345\n" + StreamId.mint() + " 17\n");
        Checkpoint checkpoint = new Checkpoint(file);
        assertEquals(Positions.START, checkpoint.load());
        assertEquals(12, checkpoint.settled());
        assertFalse(checkpoint.isLost());
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
        String stream = StreamId.mint().toString();
        for (String bad : List.of("", "mpstream checkpoint 1: request 1", "mpstream checkpoint 4: request 1 response 2",
                "mpstream checkpoint 1: request 99999999999999999999 response 2",
                first + stream, first + stream + " -1", first + stream.substring(1) + " 1",
                first + "x" + stream.substring(1) + " 1", first + stream + " 1\n\n", first + stream + " 1\nü", stream + " 1\n" + first)) {
            Files.writeString(file, bad);
            Checkpoint checkpoint = new Checkpoint(file);
            assertEquals(Positions.START, checkpoint.load(), bad);
            assertTrue(checkpoint.isLost(), bad);
        }
    }

    @Test
    void withoutAFileNothingIsKept() {
        Checkpoint checkpoint = new Checkpoint(null);
        checkpoint.save(at(1, 2));
        assertEquals(Positions.START, checkpoint.load());
    }
}
