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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkerResponderTest {
    /** Says each query's characters, from where it is told to go on; dies, hangs and fails as the query says. */
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
                    time.sleep(60)
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
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor(); WorkerResponder responder = start("plain")) {
            Future<?> answer = threads.submit(() -> {
                responder.respond(Queries.of("hang"), written);
                return null;
            });
            written.awaitLength(1);
            answer.cancel(true);
            threads.shutdown();
            assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
            responder.respond(Queries.of("again"), written);
            assertEquals("xagain", written.text());
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

    private WorkerResponder start(String kind) throws Exception {
        Path script = Files.writeString(folder.resolve("worker.py"), WORKER);
        return (WorkerResponder) new ExecProvider().create(new HashMap<>(Map.of("exec", "python3 " + script + " " + kind, "exec-mode", "worker")));
    }
}
