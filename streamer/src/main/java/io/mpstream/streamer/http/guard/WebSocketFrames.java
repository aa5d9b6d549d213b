package io.mpstream.streamer.http.guard;

import io.undertow.websockets.core.CloseMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The frames that a client sends on a WebSocket, as far as it must be known to bound it: the heads of its frames (RFC 6455, section 5.2). Undertow
 * waits for all bytes of a frame whatever length it announces, and counts neither fragments nor pings. Confined to the connection's I/O
 * thread.
 */
public final class WebSocketFrames {
    /** Frames of any kind within ten seconds; beyond it 1008. */
    static final int FRAMES_MAX = 1_000;

    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int HEAD_BYTES = 2;
    private static final int HEAD_BYTES_MAX = 14;
    private static final int MASK_BYTES = 4;
    private static final int OPCODE = 0xF;
    /** The first of those of frames that carry no message. */
    private static final int CONTROL = 8;
    private static final int CONTINUATION = 0;
    private static final int LENGTH = 0x7F;
    private static final int SHORT = 126;

    private final long messageBytesMax;
    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES_MAX);
    private Listener listener = (code, why) -> { };
    /** Bytes of the frame that are still to come, once its head is whole. */
    private long left;
    private long messageBytes;
    private int frames;
    private long windowStartNs = System.nanoTime();
    private boolean isRefused;

    /** A listener that is told that the connection must end. */
    public interface Listener {
        /** A status of RFC 6455, section 7.4, and why. */
        void refused(int code, String why);
    }

    /** Between the socket and Undertow. */
    private static final class Watch extends AbstractStreamSourceConduit<StreamSourceConduit> {
        private final WebSocketFrames frames;

        Watch(StreamSourceConduit next, WebSocketFrames frames) {
            super(next);
            this.frames = frames;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            int before = target.position();
            int read = super.read(target);
            if (read > 0 && !frames.take(target.duplicate().flip().position(before))) {
                // Whatever follows is read, so that the client gets to read why, and is nobody's.
                target.position(before);
                return 0;
            }
            return read;
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                if (targets[i].hasRemaining()) {
                    return read(targets[i]);
                }
            }
            return 0;
        }
    }

    WebSocketFrames(long messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
    }

    /** From now on what comes on this connection, which has become a WebSocket, comes this way. */
    public static WebSocketFrames watch(StreamConnection connection, long messageBytesMax) {
        WebSocketFrames frames = new WebSocketFrames(messageBytesMax);
        connection.getSourceChannel().setConduit(new Watch(connection.getSourceChannel().getConduit(), frames));
        return frames;
    }

    /** Tells this one when a frame is not taken; once. */
    public void tell(Listener listener) {
        this.listener = listener;
    }

    /** Takes what has come; false if it, or what came before, is more than a client may send. */
    boolean take(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !isRefused) {
            if (left > 0 && head.position() == 0) {
                int passed = (int) Math.min(left, bytes.remaining());
                bytes.position(bytes.position() + passed);
                left -= passed;
                continue;
            }
            head.put(bytes.get());
            isRefused = head.position() >= HEAD_BYTES && !takeHead();
        }
        return !isRefused;
    }

    /** A byte of a head has come; its length counts as soon as it is there. */
    private boolean takeHead() {
        int length = head.get(1) & LENGTH;
        int lengthEnd = HEAD_BYTES + (length < SHORT ? 0 : length == SHORT ? Short.BYTES : Long.BYTES);
        if (head.position() == lengthEnd && !begin(length < SHORT ? length : length == SHORT ? head.getShort(HEAD_BYTES) & 0xFFFF : head.getLong(HEAD_BYTES))) {
            return false;
        }
        if (head.position() == lengthEnd + (head.get(1) < 0 ? MASK_BYTES : 0)) {
            head.clear();
        }
        return true;
    }

    /** A frame begins. What is wrong with it otherwise Undertow finds out. */
    private boolean begin(long length) {
        int opcode = head.get(0) & OPCODE;
        left = length;
        if (isTooOften()) {
            return refuse(CloseMessage.MSG_VIOLATES_POLICY, "too many messages");
        }
        if (length < 0) {
            return refuse(CloseMessage.PROTOCOL_ERROR, "a length that is none");
        }
        if (opcode >= CONTROL) {
            return true;
        }
        long before = opcode == CONTINUATION ? messageBytes : 0;
        boolean isTooBig = length > messageBytesMax - before;
        messageBytes = isTooBig ? before : before + length;
        return !isTooBig || refuse(CloseMessage.MSG_TOO_BIG, "a message has at most " + messageBytesMax + " bytes");
    }

    private boolean refuse(int code, String why) {
        listener.refused(code, why);
        return false;
    }

    private boolean isTooOften() {
        long nowNs = System.nanoTime();
        if (nowNs - windowStartNs > WINDOW_NS) {
            windowStartNs = nowNs;
            frames = 0;
        }
        return ++frames > FRAMES_MAX;
    }
}
