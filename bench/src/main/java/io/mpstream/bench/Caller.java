package io.mpstream.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP client of the load: asks, and reads the answer chunk by chunk (RFC 9112, section 7.1). A chunk that is not
 * exactly one character, or an answer that is not 200 and chunked, is an error. Confined to the thread of its loop.
 */
final class Caller {
    /** {@code 1 CR LF x CR LF}, and the two bytes behind it that do not matter. */
    private static final long ONE_CHARACTER = 0x310D_0A00_0D0A_0000L;
    private static final long ONE_CHARACTER_MASK = 0xFFFF_FF00_FFFF_0000L;
    private static final int ONE_CHARACTER_BYTES = 6;
    private static final int CHARACTER_SHIFT = 32;
    private static final int HEAD_END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';
    private static final String OK_CHUNKED = "HTTP/1.1 200 ";

    /** What a workload does with what comes. On the loop's thread. */
    interface Ear {
        /** The head has come. */
        default void head(Caller caller) {
        }

        /** One character has come. Not called for a caller that only counts. */
        default void character(Caller caller, byte character, long nowNs) {
        }

        /** The answer is whole. */
        default void end(Caller caller, long nowNs) {
        }

        /** The answer is broken: the connection is closed. */
        void failed(Caller caller, String reason);
    }

    private enum State { IDLE, HEAD, SIZE, SIZE_END, CHARACTER, CHARACTER_END, TRAILER }

    /** For the workload to use. */
    long askedNs;
    /** Characters of the answer so far. */
    long characters;

    private final SocketChannel channel;
    private final Ear ear;
    private final boolean onlyCounts;
    private final StringBuilder head = new StringBuilder();
    private final SelectionKey key;
    private State state = State.IDLE;
    private int window;
    private int size;

    /**
     * Connects.
     *
     * @param onlyCounts whether the characters need only be counted, which is faster
     */
    Caller(Selector selector, InetSocketAddress address, Ear ear, boolean onlyCounts) throws IOException {
        this.ear = ear;
        this.onlyCounts = onlyCounts;
        channel = SocketChannel.open(address);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** What a request for this looks like on the wire; one can be sent many times. */
    static ByteBuffer request(String query) {
        byte[] bytes = ("GET /" + query + "?on-disconnect=cancel HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** Sends a request; the answer before it has come. */
    void ask(ByteBuffer request) throws IOException {
        state = State.HEAD;
        window = 0;
        characters = 0;
        head.setLength(0);
        askedNs = System.nanoTime();
        channel.write(request.duplicate());
    }

    /** Leaves. */
    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** The socket has something, or has failed. */
    void readable(ByteBuffer buffer) {
        try {
            buffer.clear();
            int read = channel.read(buffer);
            if (read < 0) {
                fail("closed by the server");
            } else if (read > 0) {
                take(buffer.flip(), System.nanoTime());
            }
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private void fail(String reason) {
        close();
        ear.failed(this, reason + " in state " + state + " after " + characters + " characters");
    }

    private void take(ByteBuffer in, long nowNs) throws IOException {
        while (in.hasRemaining()) {
            if (state == State.SIZE && window == 0) {
                takeWhole(in, nowNs);
                if (!in.hasRemaining()) {
                    return;
                }
            }
            byte b = in.get();
            switch (state) {
                case HEAD -> head(b);
                case SIZE -> size(b);
                case SIZE_END -> expect(b, '\n', State.CHARACTER);
                case CHARACTER -> character(b, nowNs);
                case CHARACTER_END -> characterEnd(b);
                case TRAILER -> trailer(b, nowNs);
                case IDLE -> throw new IOException("more than the answer has come");
            }
        }
    }

    /** Takes whole chunks of one ASCII character; what is cut off, or is none, is left. */
    private void takeWhole(ByteBuffer in, long nowNs) {
        int at = in.position();
        int end = in.limit();
        // The last chunk is looked at as eight bytes too.
        in.limit(in.capacity());
        int last = Math.min(end - ONE_CHARACTER_BYTES, in.capacity() - Long.BYTES);
        int from = at;
        while (at <= last) {
            long word = in.getLong(at);
            if ((word & ONE_CHARACTER_MASK) != ONE_CHARACTER) {
                break;
            }
            if (!onlyCounts) {
                characters++;
                ear.character(this, (byte) (word >>> CHARACTER_SHIFT), nowNs);
            }
            at += ONE_CHARACTER_BYTES;
        }
        if (onlyCounts) {
            characters += (at - from) / ONE_CHARACTER_BYTES;
        }
        in.limit(end).position(at);
    }

    private void head(byte b) throws IOException {
        head.append((char) b);
        window = window << 8 | b & 0xFF;
        if (window == HEAD_END) {
            String text = head.toString();
            if (!text.startsWith(OK_CHUNKED) || !text.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked\r\n")) {
                throw new IOException("not a chunked 200: " + text.lines().findFirst().orElse(""));
            }
            state = State.SIZE;
            window = 0;
            ear.head(this);
        }
    }

    private void size(byte b) throws IOException {
        if (b == '\r') {
            state = State.SIZE_END;
        } else if (b == '0' && window == 0) {
            state = State.TRAILER;
        } else if (b >= '1' && b <= '4' && window == 0) {
            window = size = b - '0';
        } else {
            throw new IOException("a chunk is longer than one character");
        }
    }

    private void expect(byte b, char expected, State next) throws IOException {
        if (b != expected) {
            throw new IOException("a chunk is malformed");
        }
        state = next;
    }

    private void character(byte b, long nowNs) throws IOException {
        if (size == window && characterLength(b) != size) {
            throw new IOException("a chunk is not one character");
        }
        if (--size == 0) {
            state = State.CHARACTER_END;
            characters++;
            if (!onlyCounts) {
                ear.character(this, b, nowNs);
            }
        }
    }

    /** Bytes of the UTF-8 character that begins so. */
    private static int characterLength(byte lead) {
        return lead >= 0 ? 1 : Integer.numberOfLeadingZeros(~lead << 24);
    }

    private void characterEnd(byte b) throws IOException {
        if (b == '\n') {
            window = 0;
            state = State.SIZE;
        } else {
            expect(b, '\r', State.CHARACTER_END);
        }
    }

    /** Up to the empty line. */
    private void trailer(byte b, long nowNs) {
        window = window << 8 | b & 0xFF;
        if (window == HEAD_END) {
            state = State.IDLE;
            ear.end(this, nowNs);
        }
    }
}
