package io.mpstream.agent;

import java.util.function.Consumer;

/** The thread of one {@link Agent}. While there is nothing to do it spins a little, then rests. */
public final class AgentRunner implements AutoCloseable {
    /** A look or two at what follows at once. More only takes the processor from whoever makes the work. */
    private static final int SPINS = 5;

    private final Agent agent;
    private final Rest rest;
    private final Thread thread;
    private final Consumer<Throwable> onDeath;

    private volatile boolean isRunning = true;

    /**
     * The thread of an agent, not yet started.
     *
     * @param rest    how it waits for work
     * @param onDeath called on the agent's thread with what it threw; the agent does not run any more then
     */
    public AgentRunner(Agent agent, Rest rest, Consumer<Throwable> onDeath) {
        this.agent = agent;
        this.rest = rest;
        this.onDeath = onDeath;
        this.thread = Thread.ofPlatform().name(agent.role()).daemon().unstarted(this::run);
    }

    /** Starts the thread. */
    public AgentRunner launch() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            int idleRounds = 0;
            while (isRunning) {
                if (agent.doWork() > 0) {
                    idleRounds = 0;
                } else if (++idleRounds <= SPINS) {
                    Thread.onSpinWait();
                } else if (rest()) {
                    idleRounds = 0;
                }
            }
        } catch (Throwable t) {
            onDeath.accept(t);
        } finally {
            agent.onClose();
        }
    }

    /** Rests; returns whether there was work instead. */
    private boolean rest() {
        rest.prepare();
        // Once more, now that whoever adds work will call: what came in between is not missed.
        if (agent.doWork() > 0) {
            rest.cancel();
            return true;
        }
        if (isRunning) {
            rest.await();
        }
        return false;
    }

    /** Stops the thread and waits until the agent has closed. */
    @Override
    public void close() {
        isRunning = false;
        rest.wake();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
