package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Writes of several threads at once, and writes of what is no text. */
class WritingTest {
    private static final int THREADS = 16;
    private static final int WRITES = 20;

    @Test
    void textsOfManyThreadsArriveWholeHoweverTheyMeet() {
        for (int length : new int[] {1, 300, 2_000}) {
            Bench bench = new Bench().run((query, reply) -> together(THREADS, thread -> {
                for (int i = 0; i < WRITES; i++) {
                    reply.write("<" + thread + "/" + i + ":" + "中".repeat(length) + ">");
                }
            }), 1);
            StreamId stream = bench.ask("q");
            String text = toTheEnd(bench, stream);
            List<String> pieces = new ArrayList<>();
            for (String piece : text.split("(?<=>)")) {
                assertTrue(piece.matches("<\\d+/\\d+:中{" + length + "}>"), piece.substring(0, Math.min(40, piece.length())));
                pieces.add(piece);
            }
            assertEquals(THREADS * WRITES, pieces.size());
            for (int thread = 0; thread < THREADS; thread++) {
                String own = "<" + thread + "/";
                List<String> inOrder = pieces.stream().filter(piece -> piece.startsWith(own)).map(piece -> piece.substring(own.length(), piece.indexOf(':'))).toList();
                assertEquals(IntStream.range(0, WRITES).mapToObj(Integer::toString).toList(), inOrder);
            }
        }
    }

    @Test
    void callsThatWaitAreTakenInTheOrderInWhichTheyCame() {
        List<Thread> writers = new ArrayList<>();
        CompletableFuture<Reply> pen = new CompletableFuture<>();
        CountDownLatch written = new CountDownLatch(5);
        Bench bench = new Bench().run((query, reply) -> {
            pen.complete(reply);
            written.await();
        }, 1);
        StreamId stream = bench.ask("q");
        bench.until(pen::isDone);
        for (int i = 0; i < 5; i++) {
            String text = Integer.toString(i).repeat(4 * (int) Bench.AHEAD_BYTES);
            Runnable write = () -> {
                pen.join().write(text);
                written.countDown();
            };
            Thread writer = i % 2 == 0 ? Thread.ofVirtual().start(write) : Thread.ofPlatform().daemon().start(write);
            bench.until(() -> writer.getState() == Thread.State.WAITING);
            writers.add(writer);
        }
        assertEquals(5, writers.stream().filter(Thread::isAlive).count());
        assertEquals("0", bench.text(stream).replaceAll("(.)\\1+", "$1"), "nobody overtakes");
        assertEquals("01234", toTheEnd(bench, stream).replaceAll("(.)\\1+", "$1"));
    }

    @Test
    void cancelLetsAllWritersGo() throws Exception {
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        Bench bench = new Bench().run((query, reply) -> {
            together(THREADS, thread -> {
                try {
                    while (true) {
                        reply.write("endless ".repeat(1_000));
                    }
                } catch (CancelledException e) {
                    thrown.add(e);
                }
            });
            returned.complete(true);
        }, 1);
        StreamId stream = bench.ask("q");
        bench.until(() -> bench.text(stream).length() >= Bench.AHEAD_BYTES);
        bench.send(new Cancel(stream, "enough"));
        assertEquals(Outcome.CANCELLED, bench.end(stream).outcome());
        bench.until(returned::isDone);
        assertEquals(THREADS, thrown.size());
    }

    @Test
    void writersThatAreLeftBehindFailTheAnswerAndAreLetGo() {
        List<CompletableFuture<Throwable>> left = new ArrayList<>();
        Bench bench = new Bench().run((query, reply) -> {
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Throwable> thrown = new CompletableFuture<>();
                Thread writer = Thread.ofVirtual().start(() -> thrown.complete(thrownBy(() -> reply.write("x".repeat(4 * (int) Bench.AHEAD_BYTES)))));
                while (writer.getState() != Thread.State.WAITING) {
                    Thread.yield();
                }
                left.add(thrown);
            }
        }, 1);
        End end = bench.end(bench.ask("q"));
        assertEquals(Outcome.FAILED, end.outcome(), "a text that lacks something never looks whole");
        assertEquals("IllegalStateException: the responder returned while another of its threads was writing", end.detail());
        left.forEach(thrown -> assertEquals(IllegalStateException.class, thrown.join().getClass()));
    }

    @Test
    void whatIsNoTextIsRefusedWhereItIs() {
        assertRefused("a", 1, "a\uD83Db");
        assertRefused("", 0, "\uDE00a");
        assertRefused("😀", 2, "😀\uDE00");
        assertRefused("", 0, "\uD83D\uD83D\uDE00");
        assertRefused("é".repeat(50_000), 50_000, "é".repeat(50_000) + "\uDE00" + "é");
    }

    private static void assertRefused(String before, int at, String text) {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Bench bench = new Bench().run((query, reply) -> {
            thrown.complete(thrownBy(() -> reply.write(text)));
            reply.write(";on");
        }, 1);
        StreamId stream = bench.ask("q");
        assertEquals(before + ";on", toTheEnd(bench, stream));
        assertEquals(Outcome.COMPLETED, bench.ends(stream).getFirst().outcome());
        assertEquals(IllegalArgumentException.class, thrown.join().getClass());
        assertTrue(thrown.join().getMessage().endsWith("at index " + at), thrown.join().getMessage());
    }

    @Test
    void halfWithoutItsOtherHalfInTheNextCallIsRefusedAndWaits() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Bench bench = new Bench().run((query, reply) -> {
            reply.write("x\uD83D");
            thrown.complete(thrownBy(() -> reply.write("between")));
            reply.write("\uDE00y");
        }, 1);
        StreamId stream = bench.ask("q");
        assertEquals("x😀y", toTheEnd(bench, stream));
        assertTrue(thrown.join().getMessage().startsWith("the text before ended with half of a surrogate pair"), thrown.join().getMessage());
    }

    @Test
    void answerThatEndsWithHalfOfAPairFails() {
        Bench bench = new Bench().run((query, reply) -> reply.write("x\uD83D"), 1);
        StreamId stream = bench.ask("q");
        assertEquals("x", toTheEnd(bench, stream));
        assertEquals(Outcome.FAILED, bench.ends(stream).getFirst().outcome());
        assertEquals("IllegalStateException: the text ends with half of a surrogate pair", bench.ends(stream).getFirst().detail());
    }

    @Test
    void textThatThrowsIsAsFarAsItCame() {
        Bench bench = new Bench().run((query, reply) -> {
            assertThrows(IllegalStateException.class, () -> reply.write(new Torn()));
            reply.write(";on");
        }, 1);
        StreamId stream = bench.ask("q");
        assertEquals("中中;on", toTheEnd(bench, stream));
    }

    /** Two characters of three, and no more. */
    private record Torn() implements CharSequence {
        @Override
        public int length() {
            return 3;
        }

        @Override
        public char charAt(int index) {
            if (index == 2) {
                throw new IllegalStateException("torn");
            }
            return '中';
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new UnsupportedOperationException();
        }
    }

    private interface Part {
        void play(int thread);
    }

    /** Virtual threads and others, which all have begun before this waits for their ends. */
    private static void together(int count, Part part) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int thread = i;
            Thread.Builder builder = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
            threads.add(builder.start(() -> part.play(thread)));
        }
        for (Thread thread : threads) {
            boolean hasEnded = false;
            while (!hasEnded) {
                try {
                    thread.join();
                    hasEnded = true;
                } catch (InterruptedException e) {
                    // The answer was cancelled: so will the others be.
                }
            }
        }
    }

    private static Throwable thrownBy(Runnable call) {
        try {
            call.run();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    /** Its text, with a reader who has all at once. */
    private static String toTheEnd(Bench bench, StreamId stream) {
        bench.until(() -> {
            bench.send(new Credit(stream, bench.text(stream).getBytes(StandardCharsets.UTF_8).length));
            return !bench.ends(stream).isEmpty();
        });
        return bench.text(stream);
    }
}
