package io.mpstream.responders.exec;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a command for each query. The command reads the query on standard input, and what it writes on standard output is the answer, as it comes.
 * Exit 0 completes the answer, anything else fails it, with the last line of standard error as the reason. The query is never an argument
 * or a variable of the command; its trace context is, as {@code TRACEPARENT} and {@code TRACESTATE}. Bytes that are no UTF-8 become U+FFFD.
 *
 * <p>Pipes are read and written by threads of the operating system: a virtual thread would hold its carrier while a command is silent.
 */
final class ExecResponder implements Responder, AutoCloseable {
    private static final int CHARS = 8 << 10;
    /** How long what a command has left behind may hold its output open. */
    private static final long LEFT_BEHIND_S = 1;

    private final ExecSettings settings;
    private final Leash leash = new Leash();

    ExecResponder(ExecSettings settings) {
        this.settings = settings;
    }

    @Override
    public int concurrencyMax() {
        return settings.answersMax();
    }

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        try (ProcessGroup group = ProcessGroup.start(settings.command(), environment(query), leash)) {
            ErrorLines errors = ErrorLines.read(group.errors(), "stream " + query.stream());
            onThread("exec-input", () -> feed(group.input(), query));
            CompletableFuture<Void> begun = new CompletableFuture<>();
            CompletableFuture<Void> output = onThread("exec-output", () -> copy(group, reply, begun));
            await(group, begun, output);
            String failure = ProcessGroup.failure(group.exitValue());
            if (failure != null) {
                throw CommandFailedException.of(failure, errors.last());
            }
        }
    }

    private Map<String, String> environment(Query query) {
        String parent = query.attributes().get("traceparent");
        if (parent == null) {
            return settings.environment();
        }
        Map<String, String> all = new HashMap<>(settings.environment());
        all.put("TRACEPARENT", parent);
        String state = query.attributes().get("tracestate");
        if (state != null) {
            all.put("TRACESTATE", state);
        }
        return all;
    }

    private interface Copying {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> onThread(String name, Copying copying) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                copying.run();
                done.complete(null);
            } catch (Throwable t) {
                done.completeExceptionally(t);
            }
        });
        return done;
    }

    private void feed(OutputStream input, Query query) throws IOException {
        // A command need not read what it is asked: that its pipe breaks then is not told.
        try (input) {
            input.write(settings.isJson() ? WorkerMessages.line(Ask.of(query, null)) : query.text().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void copy(ProcessGroup group, Reply reply, CompletableFuture<Void> begun) throws IOException {
        char[] chars = new char[CHARS];
        try (Reader output = new InputStreamReader(group.output(), StandardCharsets.UTF_8)) {
            for (int read = output.read(chars); read >= 0; read = output.read(chars)) {
                begun.complete(null);
                reply.write(CharBuffer.wrap(chars, 0, read));
            }
        } finally {
            begun.complete(null);
        }
    }

    /** Waits until all is said and the command has ended. */
    private void await(ProcessGroup group, CompletableFuture<Void> begun, CompletableFuture<Void> output) throws Exception {
        TimeLimit total = TimeLimit.fromNow(settings.total(), "it has not ended");
        TimeLimit first = TimeLimit.fromNow(settings.firstByte(), "nothing came");
        if (first.isBefore(total)) {
            first.await(begun);
        }
        total.await(CompletableFuture.anyOf(output, group.exit()));
        if (!output.isDone()) {
            endRest(group, output);
        }
        total.await(group.exit());
        TimeLimit.NONE.await(output);
    }

    /** What the command has left behind may hold its output open: that is given a moment, and then killed. What it has said stays in the pipe. */
    private static void endRest(ProcessGroup group, CompletableFuture<Void> output) throws InterruptedException {
        try {
            output.get(LEFT_BEHIND_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            group.kill();
        } catch (ExecutionException e) {
            // Told when all has ended.
            return;
        }
    }

    @Override
    public void close() {
        leash.close();
    }
}
