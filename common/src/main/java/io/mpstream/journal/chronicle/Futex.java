package io.mpstream.journal.chronicle;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sleep on a word of memory that processes share, in the kernel (futex(2), Linux). The kernel looks at the word and begins the sleep in one
 * step, and a {@link #set} changes the word and ends the sleep in one step: there is nothing between the two that could be lost or taken.
 *
 * <p>The way to the system call costs a tenth of a second of processor time when it is first made, which a process that starts has better
 * uses for: it is made a little later, or when it is needed. Any thread.
 */
final class Futex {
    private static final Logger LOG = LoggerFactory.getLogger(Futex.class);
    private static final Duration LATER = Duration.ofSeconds(2);

    private static final long WAIT = 0;
    private static final long WAKE_OP = 5;
    private static final long WAKE_ONE = 1;
    /** For {@link #WAKE_OP}: the word becomes what bits 12 to 23 say; nobody else is woken, whatever it was before. */
    private static final int SET_SHIFT = 12;

    private static volatile boolean isReady;
    private static boolean isExpected;

    /** Linked when it is first touched; null where there is no such call. */
    private static final class Call {
        static final long NUMBER = number();
        static final MethodHandle HANDLE = NUMBER < 0 ? null : link();

        // The restricted call is this one, which jvm.options allows.
        @SuppressWarnings("restricted")
        private static MethodHandle link() {
            try {
                Linker linker = Linker.nativeLinker();
                ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
                // syscall(number, address, operation, value, time-out or second value, second address, third value)
                return linker.downcallHandle(linker.defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(word, word, word, word, word, word, word, word), Linker.Option.firstVariadicArg(1));
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("this Java cannot call the kernel's futex: sleepers look for work every few milliseconds", e);
                return null;
            }
        }

        /** Of the system call, which each architecture numbers anew. */
        private static long number() {
            boolean isLinux = System.getProperty("os.name").equals("Linux");
            return !isLinux ? -1 : switch (System.getProperty("os.arch")) {
                case "amd64", "x86_64" -> 202;
                case "aarch64", "riscv64" -> 98;
                default -> -1;
            };
        }
    }

    private Futex() {
    }

    /** Has the way made in a while, once, by a thread that nobody waits for. */
    static synchronized void makeReadyLater() {
        if (!isExpected) {
            isExpected = true;
            Thread.ofPlatform().name("futex").daemon().start(() -> {
                LockSupport.parkNanos(LATER.toNanos());
                isAvailable();
            });
        }
    }

    /** Whether words can be slept on without waiting for the way to be made. */
    static boolean isReady() {
        return isReady;
    }

    /** Whether words can be slept on at all here; makes the way if need be. */
    static boolean isAvailable() {
        isReady = Call.HANDLE != null;
        return isReady;
    }

    /** A length of time as the kernel takes it, to be kept as long as it is used. */
    static ByteBuffer time(Duration time) {
        ByteBuffer timespec = ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        return timespec.putLong(0, time.toSeconds()).putLong(Long.BYTES, time.toNanosPart());
    }

    /** The address of a word of this memory, which must stay mapped. */
    static long address(ByteBuffer memory, int at) {
        return MemorySegment.ofBuffer(memory).address() + at;
    }

    /**
     * Sleeps while the word has this value, until somebody {@linkplain #set sets} it, or for this time at most; may return early.
     *
     * @param time of {@link #time}
     */
    static void await(long address, int value, ByteBuffer time) {
        call(address, WAIT, value, MemorySegment.ofBuffer(time).address(), 0, 0);
    }

    /**
     * Sets the word and wakes who sleeps on it.
     *
     * @param value from 0 to 2047
     */
    static void set(long address, int value) {
        call(address, WAKE_OP, WAKE_ONE, 0, address, (long) value << SET_SHIFT);
    }

    private static void call(long address, long operation, long value, long time, long second, long third) {
        try {
            // What it returns says only whether it slept, which whoever sleeps finds out by looking.
            long _ = (long) Call.HANDLE.invokeExact(Call.NUMBER, address, operation, value, time, second, third);
        } catch (Throwable t) {
            throw new IllegalStateException("futex", t);
        }
    }
}
