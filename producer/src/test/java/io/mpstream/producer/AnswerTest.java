package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What becomes of a responder's writes. */
class AnswerTest {
    @Test
    void everyLengthOfCharacterIsWrittenAsUtf8() throws Exception {
        String text = "aé中😀";
        Bench bench = new Bench().run((query, reply) -> reply.write(text), 1);
        StreamId stream = bench.ask("q");
        End end = bench.end(stream);
        assertEquals(text, bench.text(stream));
        assertEquals(1 + 2 + 3 + 4, end.offset());
        assertEquals(Outcome.COMPLETED, end.outcome());
        assertArrayEquals(sha256(text), end.sha256());
    }

    @Test
    void responderGetsWhatWasAskedAndNothingOfTheServers() throws Exception {
        CompletableFuture<io.mpstream.responder.Query> asked = new CompletableFuture<>();
        Bench bench = new Bench().run((query, reply) -> asked.complete(query), 1);
        StreamId stream = StreamId.mint();
        bench.send(new Query(stream, "q", "Neo", new QueryTerms("k", null, "10.0.0.1", null, null), Map.of("colour", "red", "claim.role", "admin"), 17));
        bench.end(stream);
        assertEquals(new io.mpstream.responder.Query(stream.toString(), "q", "Neo", Map.of("colour", "red", "claim.role", "admin"), 17), asked.get());
    }

    @Test
    void surrogatePairSplitOverTwoWritesIsJoined() {
        assertEquals("x😀y", answer(reply -> {
            reply.write("x\uD83D");
            reply.write("\uDE00y");
        }));
    }

    @Test
    void pairIsJoinedOverAnEmptyWrite() {
        assertEquals("😀", answer(reply -> {
            reply.write("\uD83D");
            reply.write("");
            reply.write("\uDE00");
        }));
    }

    @Test
    void randomTextInRandomPiecesArrivesWhole() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < 200_000) {
            int c = random.nextInt(Character.MAX_CODE_POINT + 1);
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                text.appendCodePoint(random.nextBoolean() ? c & 0x7F : c);
            }
        }
        Bench bench = new Bench().run((query, reply) -> {
            for (int at = 0; at < text.length(); ) {
                int to = Math.min(text.length(), at + random.nextInt(1 + random.nextInt(20_000)));
                reply.write(text.subSequence(at, to));
                at = to;
            }
        }, 1);
        StreamId stream = bench.ask("q");
        bench.until(() -> {
            bench.send(new Credit(stream, bench.text(stream).getBytes(StandardCharsets.UTF_8).length));
            return !bench.ends(stream).isEmpty();
        });
        assertEquals(text.toString(), bench.text(stream), "seed " + seed);
    }

    @Test
    void framesBeginAndEndAtCharacters() {
        String text = "中".repeat(Utf8Buffer.BYTES_MAX);
        Bench bench = new Bench().run((query, reply) -> reply.write(text), 1);
        StreamId stream = bench.ask("q");
        bench.until(() -> {
            bench.send(new Credit(stream, bench.text(stream).length() * 3L));
            return !bench.ends(stream).isEmpty();
        });
        long pieces = bench.frames.stream().filter(Bench.Piece.class::isInstance).peek(frame -> {
            Bench.Piece piece = (Bench.Piece) frame;
            assertEquals(0, piece.offset() % 3);
            assertFalse(piece.text().contains("\uFFFD"));
        }).count();
        assertTrue(pieces >= 3, "one frame holds " + Utf8Buffer.BYTES_MAX + " bytes at most");
    }

    @Test
    void responderThatWritesNothingCompletesWithoutText() {
        Bench bench = new Bench().run((query, reply) -> { }, 1);
        StreamId stream = bench.ask("q");
        assertEquals(0, bench.end(stream).offset());
        assertTrue(bench.hasStarted(stream));
    }

    @Test
    void responderThatThrowsFailsAfterItsTextWithItsMessage() {
        Bench bench = new Bench().run((query, reply) -> {
            reply.write("half");
            throw new IllegalStateException("the model\n  fell over");
        }, 1);
        StreamId stream = bench.ask("q");
        End end = bench.end(stream);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals("IllegalStateException: the model fell over", end.detail());
        assertEquals("half", bench.text(stream));
    }

    @Test
    void cancelInterruptsAndTheNextWriteThrows() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CountDownLatch forever = new CountDownLatch(1);
        Bench bench = new Bench().run((query, reply) -> {
            reply.write("half");
            try {
                forever.await();
            } catch (InterruptedException e) {
                assertTrue(reply.cancelled());
                thrown.complete(assertThrows(CancelledException.class, () -> reply.write("more")));
            }
        }, 1);
        StreamId stream = bench.ask("q");
        bench.until(() -> bench.text(stream).equals("half"));
        bench.send(new Cancel(stream, "nobody was reading"));
        End end = bench.end(stream);
        assertEquals(Outcome.CANCELLED, end.outcome());
        assertEquals("nobody was reading", end.detail());
        assertEquals("nobody was reading", thrown.get().getMessage());
        assertEquals(1, bench.ends(stream).size());
    }

    @Test
    void writeAfterTheAnswerHasEndedThrows() throws Exception {
        AtomicReference<Reply> kept = new AtomicReference<>();
        Bench bench = new Bench().run((query, reply) -> kept.set(reply), 1);
        StreamId stream = bench.ask("q");
        bench.end(stream);
        assertThrows(IllegalStateException.class, () -> kept.get().write("late"));
        bench.step();
        assertEquals("", bench.text(stream));
    }

    @Test
    void writeWaitsWhenItIsTooFarAheadOfItsReaders() throws Exception {
        CompletableFuture<Thread> writer = new CompletableFuture<>();
        Bench bench = new Bench().run((query, reply) -> {
            writer.complete(Thread.currentThread());
            for (int i = 0; i < 40; i++) {
                reply.write("x".repeat(10_000));
            }
        }, 1);
        StreamId stream = bench.ask("q");
        bench.until(() -> bench.text(stream).length() >= Bench.AHEAD_BYTES && writer.get().getState() == Thread.State.WAITING);
        int stopped = bench.text(stream).length();
        assertTrue(stopped <= Bench.AHEAD_BYTES + Utf8Buffer.BYTES_MAX, stopped + " bytes");

        bench.send(new Credit(stream, 200_000));
        bench.until(() -> bench.text(stream).length() > stopped && writer.get().getState() == Thread.State.WAITING);
        bench.send(new Credit(stream, 400_000));
        assertEquals(400_000, bench.end(stream).offset());
    }

    @Test
    void waitingWriteEndsWithTheCancel() throws Exception {
        Bench bench = new Bench().run((query, reply) -> {
            while (true) {
                reply.write("endless ");
            }
        }, 1);
        StreamId stream = bench.ask("q");
        bench.until(() -> bench.text(stream).length() >= Bench.AHEAD_BYTES);
        bench.send(new Cancel(stream, "enough"));
        assertEquals(Outcome.CANCELLED, bench.end(stream).outcome());
        assertEquals(Outcome.CANCELLED, endOfNext(bench).outcome(), "the place is free again");
    }

    private static End endOfNext(Bench bench) {
        StreamId next = bench.ask("next");
        bench.until(() -> bench.hasStarted(next));
        bench.send(new Cancel(next, "enough"));
        return bench.end(next);
    }

    private interface Writer {
        void write(Reply reply);
    }

    private static String answer(Writer writer) {
        Bench bench = new Bench().run((query, reply) -> writer.write(reply), 1);
        StreamId stream = bench.ask("q");
        assertEquals(bench.end(stream).offset(), bench.text(stream).getBytes(StandardCharsets.UTF_8).length);
        return bench.text(stream);
    }

    private static byte[] sha256(String text) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
