package io.mpstream.responders.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Query;
import io.mpstream.responders.Queries;
import io.mpstream.responders.Written;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ExecResponderTest {
    private static final Query QUERY = Queries.of("wake up 醒😀");

    private final Written written = new Written();

    @Test
    void answersWithWhatTheCommandWrites() throws Exception {
        run("cat", QUERY);
        assertEquals(QUERY.text(), written.text());
    }

    @Test
    void bringsAMebibyteThereAndBack() throws Exception {
        String text = "0123456789abcdé\n".repeat(1 << 16);
        run("cat", Queries.of(text));
        assertEquals(text, written.text());
    }

    @Test
    void textComesAsItIsWritten() throws Exception {
        run("sh -c 'printf a; sleep 1; printf b'", QUERY);
        assertEquals("ab", written.text());
        assertTrue(written.timesNs().getLast() - written.timesNs().getFirst() > TimeUnit.MILLISECONDS.toNanos(800));
    }

    @Test
    void pythonComesAsItIsWrittenToo() throws Exception {
        run("python3 -c 'import time; print(1); time.sleep(1); print(2)'", QUERY);
        assertEquals("1\n2\n", written.text());
        assertTrue(written.timesNs().getLast() - written.timesNs().getFirst() > TimeUnit.MILLISECONDS.toNanos(800));
    }

    @Test
    void characterThatIsCutAtEachByteIsWhole() throws Exception {
        run("sh -c 'for b in 360 237 230 200; do printf \"\\\\$b\"; sleep 0.05; done'", QUERY);
        assertEquals("😀", written.text());
    }

    @Test
    void bytesThatAreNoTextAreReplaced() throws Exception {
        run("printf 'a\\377b\\360\\237'", QUERY);
        assertEquals("a\uFFFDb\uFFFD", written.text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"echo so far; echo why >&2; exit 3 | exit 3: why", "kill -9 $$ | exit 137 (signal 9)", "exit 1 | exit 1"})
    void exitOtherThanZeroIsAFailure(String script, String message) {
        CommandFailedException failed = assertThrows(CommandFailedException.class, () -> run("sh -c '" + script + "'", QUERY));
        assertEquals(message, failed.getMessage());
    }

    @Test
    void commandThatDoesNotReadItsQueryMayAnswer() throws Exception {
        run("echo done", Queries.of("x".repeat(1 << 20)));
        assertEquals("done\n", written.text());
    }

    @Test
    void queryIsNoArgumentAndNoVariable() throws Exception {
        run("sh -c 'cat /proc/$$/cmdline; env'", Queries.of("needle"));
        assertFalse(written.text().contains("needle"));
    }

    @Test
    void environmentHoldsWhatWasGiven() throws Exception {
        run("env", QUERY, "exec-env", "A=b c\nHOME=/x");
        assertTrue(written.text().contains("A=b c\n"));
        assertTrue(written.text().contains("HOME=/x\n"));
        assertEquals(0, written.text().lines().filter(line -> line.startsWith("MAVEN") || line.startsWith("JAVA")).count());
    }

    @Test
    void queryIsALineOfJsonIfWanted() throws Exception {
        run("cat", Queries.of("a\"\n", "k", "v"), "exec-input", "json");
        assertEquals("{\"stream\":\"" + QUERY.stream() + "\",\"query\":\"a\\\"\\n\",\"user\":\"Ann\",\"attributes\":{\"k\":\"v\"}}\n", written.text());
    }

    @Test
    void whatIsLeftBehindIsEnded() throws Exception {
        run("sh -c 'sleep 61 & echo $!'", QUERY);
        awaitGone(Long.parseLong(written.text().strip()));
    }

    @Test
    void cancelledCommandEndsWithAllThatItStarted() throws Exception {
        written.cancelAfter(1);
        assertThrows(CancelledException.class, () -> run("sh -c 'sleep 62 & echo $!; sleep 0.2; echo x; wait'", QUERY));
        awaitGone(Long.parseLong(written.text().strip()));
    }

    @Test
    void commandThatDoesNotListenIsKilled() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor(); ExecResponder responder = responder("sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done'")) {
            Future<?> answer = threads.submit(() -> {
                responder.respond(QUERY, written);
                return null;
            });
            written.awaitLength(2);
            answer.cancel(true);
            threads.shutdown();
            assertTrue(threads.awaitTermination(12, TimeUnit.SECONDS));
            awaitGone(Long.parseLong(written.text().strip()));
        }
    }

    @Test
    void silentCommandIsEnded() {
        CommandFailedException failed = assertThrows(CommandFailedException.class, () -> run("sleep 63", QUERY, "exec-first-byte", "300ms"));
        assertEquals("nothing came within 300 ms", failed.getMessage());
    }

    @Test
    void commandThatTakesTooLongIsEnded() {
        CommandFailedException failed = assertThrows(CommandFailedException.class,
                () -> assertTimeoutPreemptively(Duration.ofSeconds(10), () -> run("sh -c 'while :; do echo x; sleep 0.05; done'", QUERY, "exec-time", "500ms")));
        assertEquals("it has not ended within 500 ms", failed.getMessage());
        assertTrue(written.text().startsWith("x\n"));
    }

    @Test
    void silentCommandIsEndedWhenItsTimeIsOver() {
        CommandFailedException failed = assertThrows(CommandFailedException.class, () -> run("sleep 65", QUERY, "exec-time", "300ms"));
        assertEquals("it has not ended within 300 ms", failed.getMessage());
    }

    @Test
    void leashEndsWhatItHoldsWhenThisJvmHasGone() throws Exception {
        Leash leash = new Leash();
        ProcessGroup group = ProcessGroup.start(List.of("sleep", "64"), Map.of("PATH", System.getenv("PATH")), leash);
        leash.close();
        assertEquals(137, group.exit().get(10, TimeUnit.SECONDS).exitValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "exec | '' | --exec must be a command: give --exec 'python3 gen.py'",
        "exec | no-such-program x | --exec names the program 'no-such-program', which is not on the PATH",
        "exec | ./no-such | --exec names the program './no-such', which is not there, or not executable",
        "exec-input | xml | --exec-input must be text or json, not 'xml'",
        "exec-mode | threads | --exec-mode must be process or worker, not 'threads'",
        "exec-max | 0 | --exec-max must be a number from 1 to 10000, not '0'",
        "exec-time | 5 | --exec-time must be a time such as 500ms, 30s, 5m or 1h, not '5'",
        "exec-workers | 2 | --exec-workers has no effect without --exec-mode worker",
        "exec-env | NO_SUCH_VARIABLE | --exec-env names NO_SUCH_VARIABLE, which is not in the environment",
        "exec-env | 1=2 | --exec-env must be NAME=VALUE, or NAME for what the producer has, not '1=2'"})
    void wrongOptionsAreRefused(String name, String value, String message) {
        Map<String, String> options = new HashMap<>(Map.of("exec", "cat"));
        options.put(name, value);
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> new ExecProvider().create(options)).getMessage());
    }

    private static ExecResponder responder(String command, String... options) {
        Map<String, String> all = Queries.pairs(options);
        all.put("exec", command);
        return (ExecResponder) new ExecProvider().create(all);
    }

    private void run(String command, Query query, String... options) throws Exception {
        try (ExecResponder responder = responder(command, options)) {
            responder.respond(query, written);
        }
    }

    private static void awaitGone(long pid) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> ProcessHandle.of(pid).isEmpty());
    }
}
