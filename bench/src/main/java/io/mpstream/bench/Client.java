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
import java.util.stream.Stream;

/**
 * One connection of the load: asks, and reads the answer's head; what comes after it each kind of client reads in its own
 * way. Confined to the thread of its loop.
 */
abstract class Client {
    /** The four bytes after a head, and after trailers. */
    static final int HEAD_END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    /** What a workload does with what comes. On the loop's thread. */
    interface Ear {
        /** The head has come. */
        default void head(Client client) {
        }

        /** One character has come, or the last byte of one. Not called for a client that only counts. */
        default void character(Client client, byte character, long nowNs) {
        }

        /** The answer is whole. */
        default void end(Client client, long nowNs) {
        }

        /** The answer is broken: the connection is closed. */
        void failed(Client client, String reason);
    }

    /** For the workload to use. */
    long askedNs;
    /** Characters of the answer so far; bytes of text where they need not be told from characters. */
    long characters;

    final Ear ear;
    final boolean onlyCounts;
    private final String status;
    private final String field;
    private final StringBuilder head = new StringBuilder();
    private SocketChannel channel;
    private SelectionKey key;
    private boolean isHeadDue;
    private int window;

    /**
     * A client that is not connected.
     *
     * @param status     what the head must begin with
     * @param field      a header field that it must have, in lower case
     * @param onlyCounts whether the characters need only be counted, which is faster
     */
    Client(String status, String field, Ear ear, boolean onlyCounts) {
        this.status = status;
        this.field = field;
        this.ear = ear;
        this.onlyCounts = onlyCounts;
    }

    /** An answer has been asked for: forgets the one before. */
    abstract void begin();

    /** Reads what comes after the head, up to the end of the answer at the most. */
    abstract void body(ByteBuffer in, long nowNs) throws IOException;

    void connect(Selector selector, InetSocketAddress address) throws IOException {
        channel = SocketChannel.open(address);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** What a request for this target looks like on the wire; one can be sent many times. */
    static ByteBuffer request(String target, String... fields) {
        return request("GET /" + target, "", fields);
    }

    /** The same of a request that brings JSON, in ASCII. */
    static ByteBuffer post(String target, String json, String... fields) {
        return request("POST /" + target, json, Stream.concat(Stream.of(fields),
                Stream.of("Content-Type: application/json", "Content-Length: " + json.length())).toArray(String[]::new));
    }

    private static ByteBuffer request(String line, String body, String[] fields) {
        String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        byte[] bytes = (line + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n" + body).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** Sends a request; the answer before it has come. */
    final void ask(ByteBuffer request) throws IOException {
        isHeadDue = true;
        window = 0;
        characters = 0;
        head.setLength(0);
        begin();
        askedNs = System.nanoTime();
        send(request.duplicate());
    }

    /** Sends a few bytes, which the socket always has room for. */
    final void send(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("the server does not read");
        }
    }

    /** Leaves. */
    final void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final boolean isOpen() {
        return channel.isOpen();
    }

    /** A field of the answer's head. */
    final String field(String name) {
        return head.toString().lines().filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
                .map(line -> line.substring(name.length() + 2)).findFirst().orElseThrow();
    }

    /** The socket has something, or has failed. */
    final void readable(ByteBuffer buffer) {
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
        ear.failed(this, reason + (isHeadDue ? " in the head" : " after " + characters + " characters"));
    }

    private void take(ByteBuffer in, long nowNs) throws IOException {
        while (in.hasRemaining()) {
            if (isHeadDue) {
                head(in.get());
            } else {
                body(in, nowNs);
            }
        }
    }

    private void head(byte b) throws IOException {
        head.append((char) b);
        window = window << 8 | b & 0xFF;
        if (window == HEAD_END) {
            String text = head.toString();
            if (!text.startsWith(status) || !text.toLowerCase(Locale.ROOT).contains("\r\n" + field + "\r\n")) {
                throw new IOException("not " + status + "and " + field + ": " + text.lines().findFirst().orElse(""));
            }
            isHeadDue = false;
            opened();
            ear.head(this);
        }
    }

    /** The head has come. */
    void opened() throws IOException {
    }

    /** Text has come: these bytes of a buffer. */
    final void text(ByteBuffer in, int from, int to, long nowNs) {
        if (onlyCounts) {
            characters += to - from;
            return;
        }
        for (int at = from; at < to; at++) {
            characters++;
            ear.character(this, in.get(at), nowNs);
        }
    }
}
