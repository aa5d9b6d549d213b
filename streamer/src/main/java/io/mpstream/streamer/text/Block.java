package io.mpstream.streamer.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A stretch of a stream's text, linked to the next. The hub appends; sessions read behind it. Its bytes may leave memory at any time, and it
 * takes no more then: they are read from the journal again when somebody wants them. So text that is followed live and text that is read years
 * later are read alike.
 */
public final class Block {
    static final int BYTES_MIN = 256;
    public static final int BYTES_MAX = 64 * 1024;
    /** Room that is not filled is worth a copy if it is more than such a part. */
    private static final int WASTE_PARTS = 8;

    private static final VarHandle UTF8;

    static {
        try {
            UTF8 = MethodHandles.lookup().findVarHandle(Block.class, "utf8", byte[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Of its first byte, in the stream's text. */
    public final long offset;
    /** Of the journal's entry in which its text begins. */
    final long position;
    /** Whether the character before it is a carriage return. */
    final boolean isAfterCr;

    /** The bytes, or null while they are in the journal alone. */
    private volatile byte[] utf8;
    /** Bytes filled, always whole characters; written by the hub's thread after the bytes themselves. */
    volatile int length;
    /** Set once this block takes no more. */
    public volatile Block next;
    /** A later block, for whoever looks for one far away; null for most. Written by the hub's thread. */
    volatile Block far;
    /** Set once its bytes are nowhere any more. */
    volatile boolean isGone;

    // Confined to the hub's thread.
    /** Neighbours among those that hold bytes; owned by the memory. */
    Block older;
    Block younger;
    boolean isKept;
    /** Whether text was added since it was looked at whether it must go. */
    boolean isFresh;
    /** Whether it takes no more. */
    private boolean isSealed;

    /** An empty block with room for so many bytes. Hub thread. */
    Block(long offset, long position, boolean isAfterCr, int capacity) {
        this.offset = offset;
        this.position = position;
        this.isAfterCr = isAfterCr;
        this.utf8 = new byte[capacity];
    }

    /** The bytes, or null while they are in the journal alone. Any thread; what was returned stays as it is. */
    public byte[] utf8() {
        return utf8;
    }

    /** Bytes that may yet be added. Hub thread. */
    int room() {
        return isSealed ? 0 : utf8.length - length;
    }

    /** Adds bytes, for which there is room. Hub thread. */
    void append(byte[] source, int from, int count) {
        System.arraycopy(source, from, utf8, length, count);
        length += count;
        isFresh = true;
    }

    /** Gets the bytes that were read from the journal again; returns whether it had none. Loader's thread. */
    boolean reload(byte[] bytes) {
        return UTF8.compareAndSet(this, (byte[]) null, bytes);
    }

    /** Loses its bytes, and takes no more; returns how many they were. Hub thread. */
    int drop() {
        isSealed = true;
        byte[] bytes = (byte[]) UTF8.getAndSet(this, (byte[]) null);
        return bytes == null ? 0 : bytes.length;
    }

    /** Takes no more, and gives back what is not filled; returns how many bytes that are. Hub thread. */
    int seal() {
        int unused = isSealed ? 0 : utf8.length - length;
        isSealed = true;
        if (unused == 0 || unused <= utf8.length / WASTE_PARTS) {
            return 0;
        }
        utf8 = Arrays.copyOf(utf8, length);
        return unused;
    }
}
