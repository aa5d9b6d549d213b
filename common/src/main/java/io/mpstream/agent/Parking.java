package io.mpstream.agent;

import java.util.concurrent.locks.LockSupport;

/** A rest that is ended by threads of this JVM. Of one agent. */
public final class Parking implements Rest {
    private volatile Thread parked;

    /** For one agent's thread. */
    public Parking() {
    }

    @Override
    public void prepare() {
        parked = Thread.currentThread();
    }

    @Override
    public void cancel() {
        parked = null;
    }

    @Override
    public void await() {
        if (parked != null) {
            LockSupport.park(this);
        }
        parked = null;
    }

    @Override
    public void wake() {
        Thread thread = parked;
        if (thread != null) {
            parked = null;
            LockSupport.unpark(thread);
        }
    }
}
