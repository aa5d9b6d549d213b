package io.mpstream.streamer.text;

import io.mpstream.streamer.hub.Hub;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A stretch of a stream's text, linked to the next. The hub appends; sessions read behind it. Its bytes may leave memory
 * once it is full: they are read from the journal again when somebody wants them. So text that is followed live and text that
 * is read years later are read alike.
 */
public final class Block {
    static final int BYTES_MIN = 256;
    public static final int BYTES_MAX = 64 * 1024;
    /** What is not filled is worth a copy if it is more than such a part. */
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
    /** How much it may hold. */
    final int capacity;
    /** Whether what is added to it is in the journal alone: nobody is near. It can be read once it takes no more. */
    final boolean isBare;

    /** Whether the hub still adds to it, and its bytes are nowhere but in the journal: it cannot be read yet; of a text that is sealed it can. Any thread. */
    boolean isGrowing(boolean isSealed) {
        return isBare && next == null && !isSealed;
    }

    /** Its bytes, or null while they are in the journal alone. */
    private volatile byte[] utf8;
    /** Bytes filled, always whole characters; written by the hub's thread after the bytes themselves. */
    volatile int length;
    /** Set once this block takes no more. */
    public volatile Block next;
    /** A later block, for whoever looks for one far away; null for most. Written by the hub's thread. */
    volatile Block far;
    /** Whether its bytes were read from the journal again; written before they are. */
    private boolean isReplayed;
    /** Set once its bytes are nowhere any more. */
    volatile boolean isGone;

    Block(long offset, long position, boolean isAfterCr, int capacity, boolean isBare) {
        this.offset = offset;
        this.position = position;
        this.isAfterCr = isAfterCr;
        this.capacity = capacity;
        this.isBare = isBare;
    }

    /** Its bytes, or null while they are in the journal alone. Any thread; what it returned stays as it is. */
    public byte[] utf8() {
        return utf8;
    }

    /** Puts the bytes into memory that were read from the journal again. TextLoader thread. */
    void reload(byte[] bytes, TextMemory memory) {
        isReplayed = true;
        load(bytes, memory);
    }

    /** Its only reader has passed it: takes the bytes out of memory if the text is long, or they had left it before. Any thread. */
    void releasePassed(TextMemory memory) {
        // The bytes first: whoever sees those of a reload sees that it was one.
        if (utf8 != null && (isReplayed || capacity == BYTES_MAX)) {
            release(memory);
        }
    }

    /** Puts the bytes into memory, unless they are there. Any thread. */
    void load(byte[] bytes, TextMemory memory) {
        if (UTF8.compareAndSet(this, (byte[]) null, bytes)) {
            memory.took(bytes.length);
        }
    }

    /** Takes the bytes out of memory. Any thread; not while the hub still appends. */
    void release(TextMemory memory) {
        byte[] bytes = (byte[]) UTF8.getAndSet(this, (byte[]) null);
        if (bytes != null) {
            memory.gave(bytes.length);
        }
    }

    /** Gives back what is not filled and will not be. Hub thread. */
    void trim(TextMemory memory) {
        byte[] bytes = utf8;
        if (bytes != null && bytes.length - length > bytes.length / WASTE_PARTS) {
            byte[] exact = Arrays.copyOf(bytes, length);
            if (UTF8.compareAndSet(this, bytes, exact)) {
                memory.gave(bytes.length - exact.length);
            }
        }
    }
}
