package io.mpstream.responders.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.responder.Query;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import io.mpstream.responders.Queries;
import io.mpstream.responders.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkerResponderTest {
    /** Says each query's characters, from where it is told to go on; dies, hangs and fails as the query says; hears no cancel meanwhile. */
    private static final String WORKER = """
            import json, os, sys, time
            def say(**message):
                sys.stdout.write(json.dumps(message) + "\\n")
                sys.stdout.flush()
            say(ready=True, resumable=sys.argv[1] == "resumable")
            for line in sys.stdin:
                ask = json.loads(line).get("ask")
                if not ask:
                    continue
                stream, query, said = ask["stream"], ask["query"], ask.get("textSoFar", "")
                if query == "pid":
                    say(stream=stream, text=str(os.getpid()))
                elif query == "hang":
                    say(stream=stream, text="x")
                    time.sleep(600)
                elif query == "nonsense":
                    print("Loading the model")
                elif query == "fail":
                    say(stream=stream, end={"outcome": "failed", "detail": "no such thing"})
                    continue
                else:
                    for c in query[len(said):]:
                        if c == "!" and not said:
                            sys.stderr.write("boom\\n")
                            os._exit(3)
                        say(stream=stream, text=c)
                say(stream=stream, end={"outcome": "completed", "notes": {"finish_reason": "stop"}})
            """;

    @TempDir
    Path folder;
    private final Written written = new Written();

    @Test
    void answersManyFromOneProcess() throws Exception {
        try (WorkerResponder responder = start("plain")) {
            assertFalse(ResumableResponder.class.isInstance(responder));
            responder.respond(Queries.of("pid"), written);
            String pid = written.text();
            responder.respond(Queries.of("pid"), written);
            assertEquals(pid + pid, written.text());
            responder.respond(Queries.of("wake 醒😀"), written);
            assertEquals(pid + pid + "wake 醒😀", written.text());
            assertEquals(Map.of("finish_reason", "stop"), written.notes());
        }
    }

    @Test
    void failureSaysWhatTheWorkerSaid() throws Exception {
        try (WorkerResponder responder = start("plain")) {
            assertEquals("no such thing", failure(responder, "fail"));
        }
    }

    @Test
    void workerThatEndsFailsItsAnswerAndIsStartedAgain() throws Exception {
        try (WorkerResponder responder = start("plain")) {
            assertEquals("exit 3: boom", failure(responder, "ab!c"));
            assertEquals("ab", written.text());
            responder.respond(Queries.of("again"), written);
            assertEquals("abagain", written.text());
        }
    }

    @Test
    void workerThatCanGoesOnInAnotherProcess() throws Exception {
        try (WorkerResponder responder = start("resumable")) {
            responder.respond(Queries.of("ab!c"), written);
            assertEquals("ab!c", written.text());
            assertInstanceOf(ResumableResponder.class, responder).resume(Queries.of("abcdef"), "abc", written);
            assertEquals("ab!cdef", written.text());
        }
    }

    @Test
    void lineThatIsNoMessageEndsTheWorker() throws Exception {
        try (WorkerResponder responder = start("plain")) {
            assertTrue(failure(responder, "nonsense").startsWith("the worker wrote a line that is no JSON: Loading the model"));
        }
    }

    @Test
    void cancelledWorkerThatDoesNotListenIsStartedAgain() throws Exception {
        try (WorkerResponder responder = start("plain", "exec-workers", "2")) {
            Thread first = ask(responder, query(1, "hang"));
            written.awaitLength(1);
            first.interrupt();
            first.join();
            // One is killed, and the other one busy with what nobody wants, when the next query comes.
            Thread second = ask(responder, query(2, "hang"));
            written.awaitLength(2);
            second.interrupt();
            responder.respond(query(3, "next"), written);
            assertEquals("xxnext", written.text());
        }
    }

    @Test
    void workerThatHasOnlyCancelledAnswersIsStartedAgainForThoseThatWait() throws Exception {
        try (WorkerResponder responder = start("plain", "exec-max", "2")) {
            Thread first = ask(responder, query(1, "hang"));
            written.awaitLength(1);
            Thread second = ask(responder, query(2, "hang"));
            awaitWaiting(second);
            first.interrupt();
            second.interrupt();
            responder.respond(query(3, "next"), written);
            assertEquals("xnext", written.text());
        }
    }

    @Test
    void answerIsGivenUpNoSoonerWhenAnInterruptComesLate() {
        long beganNs = System.nanoTime();
        Thread.currentThread().interrupt();
        assertFalse(new WorkerAnswer().abandon(200));
        assertTrue(Thread.interrupted());
        assertTrue(System.nanoTime() - beganNs >= TimeUnit.MILLISECONDS.toNanos(200));
    }

    @Test
    void queryWaitsForAWorkerWithRoom() throws Exception {
        try (WorkerResponder responder = start("plain", "exec-workers", "2")) {
            ask(responder, query(1, "hang"));
            written.awaitLength(1);
            assertEquals("exit 3: boom", failure(responder, "a!"));
            responder.respond(query(2, "next"), written);
            assertEquals("xanext", written.text());
        }
    }

    @Test
    void queryThatWaitsForAWorkerCanBeCancelled() throws Exception {
        try (WorkerResponder responder = start("plain")) {
            ask(responder, query(1, "hang"));
            written.awaitLength(1);
            Thread waiting = ask(responder, query(2, "next"));
            awaitWaiting(waiting);
            waiting.interrupt();
            // Sooner than a worker that does not listen would be given up.
            assertTrue(waiting.join(Duration.ofSeconds(4)));
        }
    }

    @Test
    void workerThatIsNeverReadyIsRefused() {
        Map<String, String> options = Map.of("exec", "sh -c 'echo no module >&2; exit 1'", "exec-mode", "worker");
        assertEquals("the worker of --exec was never ready: exit 1: no module",
                assertThrows(IllegalArgumentException.class, () -> new ExecProvider().create(options)).getMessage());
    }

    private String failure(Responder responder, String query) {
        Query asked = Queries.of(query);
        return assertThrows(Exception.class, () -> responder.respond(asked, written)).getMessage();
    }

    /** Asks what is not answered before the test has ended. */
    private Thread ask(Responder responder, Query query) {
        return Thread.startVirtualThread(() -> assertThrows(Exception.class, () -> responder.respond(query, written)));
    }

    private static void awaitWaiting(Thread thread) {
        Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
    }

    private static Query query(int stream, String text) {
        return new Query(String.format("%032x", stream), text, "Ann", Map.of(), 1);
    }

    private WorkerResponder start(String kind, String... options) throws Exception {
        Path script = Files.writeString(folder.resolve("worker.py"), WORKER);
        Map<String, String> all = Queries.pairs(options);
        all.putAll(Map.of("exec", "python3 " + script + " " + kind, "exec-mode", "worker"));
        return (WorkerResponder) new ExecProvider().create(all);
    }
}
