package io.mpstream.responders.exec;

import io.mpstream.responders.exec.WorkerMessages.FromWorker;
import io.mpstream.responders.exec.WorkerMessages.ToWorker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process that answers many queries, from its start to its end. Any thread. */
final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int LINE_CHARS_MAX = 4 << 20;
    private static final byte[] END = {};

    private final String name;
    private final ProcessGroup group;
    private final ErrorLines errors;
    private final Consumer<Worker> onEnd;
    private final Map<String, WorkerAnswer> answers = new ConcurrentHashMap<>();
    /** Bounded by the answers that run at once. */
    private final BlockingQueue<byte[]> toWrite = new LinkedBlockingQueue<>();
    private final CompletableFuture<FromWorker> ready = new CompletableFuture<>();
    private final CompletableFuture<String> death = new CompletableFuture<>();
    private volatile boolean isOpen = true;

    private Worker(String name, ProcessGroup group, Consumer<Worker> onEnd) {
        this.name = name;
        this.group = group;
        this.onEnd = onEnd;
        this.errors = ErrorLines.read(group.errors(), name);
    }

    /**
     * Starts it.
     *
     * @param onEnd called when it has ended an answer
     * @throws IOException if there can be no more processes, or the like
     */
    static Worker start(String name, ExecSettings settings, Leash leash, Consumer<Worker> onEnd) throws IOException {
        Worker worker = new Worker(name, ProcessGroup.start(settings.command(), settings.environment(), leash), onEnd);
        Thread.ofPlatform().daemon().name("exec-input").start(worker::write);
        Thread.ofPlatform().daemon().name("exec-output").start(worker::read);
        return worker;
    }

    /** Done when it has said that it is ready; fails with what it died of. */
    CompletableFuture<FromWorker> ready() {
        return ready;
    }

    /** Done when it has ended, with why. */
    CompletableFuture<String> death() {
        return death;
    }

    /** Whether it can be asked. */
    boolean isOpen() {
        return isOpen;
    }

    /** Answers that it has not ended. */
    int load() {
        return answers.size();
    }

    /** Whether it has answers, and all of them have been given up. */
    boolean isDeaf() {
        return !answers.isEmpty() && answers.values().stream().allMatch(WorkerAnswer::isAbandoned);
    }

    /** Has it answer a query, or go on with an answer. */
    WorkerAnswer ask(Ask ask) {
        WorkerAnswer answer = new WorkerAnswer();
        byte[] line = WorkerMessages.line(new ToWorker(ask, null));
        answers.put(ask.stream(), answer);
        toWrite.add(line);
        if (death.isDone()) {
            fail(ask.stream(), death.join());
        }
        return answer;
    }

    /** Tells it that nobody wants the rest of an answer. */
    void cancel(String stream) {
        toWrite.add(WorkerMessages.line(new ToWorker(null, new WorkerMessages.Cancel(stream))));
    }

    private void write() {
        try (OutputStream out = group.input()) {
            for (byte[] line = toWrite.take(); line != END; line = toWrite.take()) {
                out.write(line);
                out.flush();
            }
        } catch (IOException e) {
            LOG.debug("{} reads no more", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        String why = null;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(group.output(), StandardCharsets.UTF_8))) {
            Lines lines = new Lines(in, LINE_CHARS_MAX);
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (line.length() == LINE_CHARS_MAX) {
                    throw new CommandFailedException("the worker wrote a line of more than " + LINE_CHARS_MAX + " characters");
                }
                if (!line.isBlank()) {
                    hear(WorkerMessages.parse(line));
                }
            }
        } catch (IOException | CommandFailedException e) {
            why = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            die(why);
        }
    }

    private void hear(FromWorker message) throws InterruptedException {
        if (message.ready()) {
            ready.complete(message);
            return;
        }
        WorkerAnswer answer = message.end() == null ? answers.get(message.stream()) : answers.remove(message.stream());
        if (message.end() != null) {
            onEnd.accept(this);
        }
        // One that was ended already may have texts under way.
        if (answer != null) {
            answer.add(message);
        }
    }

    private void die(String why) {
        isOpen = false;
        toWrite.add(END);
        String reason = reason(why);
        death.complete(reason);
        ready.completeExceptionally(new WorkerDiedException(reason));
        answers.keySet().forEach(stream -> fail(stream, reason));
    }

    /** Of its end, which is brought about if need be; how it exited unless there was another reason. */
    private String reason(String why) {
        String last = errors.last();
        group.close();
        String failure = ProcessGroup.failure(group.exitValue());
        String reason = why != null ? why : failure == null ? "it closed its output" : failure;
        return last.isEmpty() ? reason : reason + ": " + last;
    }

    private void fail(String stream, String reason) {
        WorkerAnswer answer = answers.remove(stream);
        if (answer != null) {
            try {
                answer.add(new WorkerDiedException(reason));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends it, and fails what it has not ended. */
    @Override
    public void close() {
        isOpen = false;
        group.kill();
    }
}
