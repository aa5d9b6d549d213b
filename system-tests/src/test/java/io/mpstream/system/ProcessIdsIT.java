package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.threads.BusyTimedPauser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Process ids that mean something else: of another namespace, as a container has one, or given to another process since. */
@Timeout(120)
class ProcessIdsIT {
    /** What has process ids of its own, and ends all that runs in it when it is killed. */
    private static final List<String> CONTAINER = List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

    @TempDir
    Path folder;

    private static void assumeContainers() {
        List<String> command = new ArrayList<>(CONTAINER);
        command.add("true");
        assumeTrue(Commands.run(command.toArray(String[]::new)) == 0, "no PID namespace can be made here: that wants root, and unshare of util-linux");
    }

    private RunningServer container(String... args) {
        return RunningServer.runUnder(CONTAINER, folder, Map.of(), args);
    }

    private static void end(RunningServer container) {
        List<ProcessHandle> all = container.processes();
        container.handle().destroyForcibly();
        all.forEach(each -> each.onExit().join());
        container.awaitExit();
    }

    @Test
    void processOfAnotherNamespaceIsRefusedAndTheFirstGoesOn() {
        assumeContainers();
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo")) {
            for (String role : List.of("streamer", "producer")) {
                RunningServer other = container(role, "--server-port", "0");
                assertEquals(2, other.awaitExit());
                assertEquals(1, other.said().size(), other.said().toString());
                String line = other.said().getFirst();
                assertTrue(line.matches("mpstream " + role + ": the data folder .* is used from another PID namespace, by a producer \\(process \\d+ there\\): have both .*"), line);
            }
            assertEquals("on", Requests.to(server).answer("on"));
        }
    }

    @Test
    void containerThatWasKilledIsFollowedByAnotherOnItsFolder() {
        assumeContainers();
        String[] args = {"--responder", "echo", "--server-port", Integer.toString(RunningServer.freePort())};
        RunningServer first = container(args);
        first.awaitReady();
        String stream = Requests.to(first).ask("before");
        assertEquals("before", Requests.to(first).text(stream));
        end(first);
        RunningServer second = container(args);
        try {
            second.awaitReady();
            assertEquals("before", Requests.to(second).text(stream));
            assertEquals("after", Requests.to(second).answer("after"));
        } finally {
            end(second);
        }
    }

    /** As if processes had been killed while they wrote, and their ids been given to this one since. */
    @Test
    void locksOfTheDeadWhoseIdAnotherProcessHasAreFreed() {
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo")) {
            assertEquals("one", Requests.to(server).answer("one"));
        }
        lock(folder.resolve("data/requests"));
        lock(folder.resolve("data/responses"));
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo")) {
            assertEquals("two", Requests.to(server).answer("two"));
            assertTrue(server.output().stream().anyMatch(line -> line.contains("data/requests was left by process " + ProcessHandle.current().pid())),
                    server.output().toString());
        }
    }

    private static void lock(Path journal) {
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(journal).build();
                TableStoreWriteLock lock = new TableStoreWriteLock(queue.metaStore(), BusyTimedPauser::new, 0L)) {
            lock.lock();
        }
    }
}
