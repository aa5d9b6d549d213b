package io.mpstream.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AgentRunnerTest {
    @Test
    void wokenAgentFindsEveryPieceOfWork() throws InterruptedException {
        Countdown agent = new Countdown(200_000);
        Rest rest = new Parking();
        try (AgentRunner _ = new AgentRunner(agent, rest, AgentRunnerTest::unexpected).launch()) {
            for (int i = 0; i < 200_000; i++) {
                agent.todo.incrementAndGet();
                rest.wake();
            }
            assertTrue(agent.isDone.await(10, TimeUnit.SECONDS), "a wake-up was lost");
        }
        assertEquals(1, agent.closed.get());
    }

    @Test
    void whatAnAgentThrowsIsToldOnceAndItCloses() throws Exception {
        CompletableFuture<Throwable> death = new CompletableFuture<>();
        IllegalStateException failure = new IllegalStateException("as the test wants it");
        AtomicInteger closed = new AtomicInteger();
        Agent agent = new Agent() {
            @Override
            public String role() {
                return "throwing";
            }

            @Override
            public int doWork() {
                throw failure;
            }

            @Override
            public void onClose() {
                closed.incrementAndGet();
            }
        };
        try (AgentRunner _ = new AgentRunner(agent, new Parking(), death::complete).launch()) {
            assertEquals(failure, death.get(10, TimeUnit.SECONDS));
        }
        assertEquals(1, closed.get());
    }

    private static void unexpected(Throwable thrown) {
        throw new AssertionError(thrown);
    }

    private static final class Countdown implements Agent {
        private final AtomicLong todo = new AtomicLong();
        private final AtomicInteger closed = new AtomicInteger();
        private final CountDownLatch isDone = new CountDownLatch(1);
        private long left;

        Countdown(long count) {
            left = count;
        }

        @Override
        public String role() {
            return "countdown";
        }

        @Override
        public int doWork() {
            int done = (int) todo.getAndSet(0);
            left -= done;
            if (left == 0) {
                isDone.countDown();
            }
            return done;
        }

        @Override
        public void onClose() {
            closed.incrementAndGet();
        }
    }
}
