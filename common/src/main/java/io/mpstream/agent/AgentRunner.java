package io.mpstream.agent;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The thread of one {@link Agent}. While there is nothing to do it spins a little, then rests. Whoever hands the agent
 * work from this JVM calls {@link #wake}; work that appears without a call, as a record of another process does, is
 * found because an agent that reads a journal rests for a millisecond at most.
 */
public final class AgentRunner implements AutoCloseable {
    /** How an agent without work rests. */
    public enum Rest {
        /** It looks again soon, then less and less often down to once a millisecond: for what another process writes. */
        POLLING,
        /** It sleeps: all its work comes with a call of {@link AgentRunner#wake}. */
        UNTIL_WOKEN
    }

    private static final int SPINS = 50;
    private static final long POLL_NS_MIN = 20_000;
    private static final long POLL_NS_MAX = 1_000_000;

    private final Agent agent;
    private final Rest rest;
    private final Thread thread;
    private final Consumer<Throwable> onDeath;

    private volatile boolean isRunning = true;
    private volatile boolean isParked;

    /**
     * The thread of an agent, not yet started.
     *
     * @param rest    what it does without work
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

    /** Ends the agent's rest, after work has been made visible to it. Any thread; cheap when the agent is awake. */
    public void wake() {
        if (isParked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try {
            int idleRounds = 0;
            while (isRunning) {
                idleRounds = agent.doWork() > 0 ? 0 : idle(idleRounds);
            }
        } catch (Throwable t) {
            onDeath.accept(t);
        } finally {
            agent.onClose();
        }
    }

    /** Rests; returns the number of idle rounds so far, 0 if there was work after all. */
    private int idle(int rounds) {
        if (rounds < SPINS) {
            Thread.onSpinWait();
            return rounds + 1;
        }
        isParked = true;
        try {
            // Once more, now that whoever adds work sees the flag: no wake-up is lost between the two.
            if (agent.doWork() > 0) {
                return 0;
            }
            if (isRunning) {
                park(rounds - SPINS);
            }
        } finally {
            isParked = false;
        }
        return rounds + 1;
    }

    private void park(int round) {
        switch (rest) {
            case POLLING -> LockSupport.parkNanos(this, Math.min(POLL_NS_MAX, POLL_NS_MIN * (round + 1L)));
            case UNTIL_WOKEN -> LockSupport.park(this);
        }
    }

    /** Stops the thread and waits until the agent has closed. */
    @Override
    public void close() {
        isRunning = false;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
