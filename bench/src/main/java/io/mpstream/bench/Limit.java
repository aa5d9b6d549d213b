package io.mpstream.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * The least that the work can cost on the JVM: one thread, one selector, no framework, no second process, nothing stored, and of HTTP only what the
 * load sends.
 */
final class Limit {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long TICK_MS = 1;
    private static final int CR = '\r';
    private static final byte[] HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "1\r\n\n\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Queue<Answer> due = new PriorityQueue<>(Comparator.comparingLong(answer -> answer.dueNs));
    private final Stamp stamp = new Stamp();
    private long paced;

    private Limit(Selector selector) {
        this.selector = selector;
    }

    /** Listens until it is killed. */
    public static void main(String[] args) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), BACKLOG);
        server.configureBlocking(false);
        Selector selector = Selector.open();
        server.register(selector, SelectionKey.OP_ACCEPT);
        new Limit(selector).run();
    }

    private void run() throws IOException {
        while (true) {
            if (due.isEmpty()) {
                selector.select(this::ready);
            } else {
                selector.select(this::ready, TICK_MS);
                tick();
            }
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel());
            } else if (key.isReadable()) {
                read(key);
            } else {
                ((Answer) key.attachment()).pour();
            }
        } catch (IOException e) {
            close(key.channel());
        }
    }

    /** The client is gone, or wants what is not done here. */
    private static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is of no more use.
        }
    }

    private void accept(ServerSocketChannel server) throws IOException {
        for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.register(selector, SelectionKey.OP_READ);
        }
    }

    /** The load sends each request whole, and the next when it has the answer. */
    private void read(SelectionKey key) throws IOException {
        SocketChannel client = (SocketChannel) key.channel();
        in.clear();
        if (client.read(in) < 0) {
            client.close();
            return;
        }
        in.flip();
        answer(client, key, Work.parse(query()));
    }

    /** From behind {@code GET /} to the blank or the question mark. */
    private String query() {
        StringBuilder query = new StringBuilder();
        for (int at = in.position() + "GET /".length(); in.get(at) > ' ' && in.get(at) != '?'; at++) {
            query.append((char) in.get(at));
        }
        return query.toString();
    }

    private void answer(SocketChannel client, SelectionKey key, Work work) throws IOException {
        out.clear().put(HEAD);
        Answer answer = new Answer(client, work);
        switch (work.kind()) {
            case SHORT -> {
                encode(Work.SHORT);
                out.put(END);
                client.write(out.flip());
            }
            case FIREHOSE, MIXED -> {
                client.write(out.flip());
                key.attach(answer);
                key.interestOps(SelectionKey.OP_WRITE);
            }
            case PACED -> {
                client.write(out.flip());
                answer.dueNs = System.nanoTime() + Phase.of(paced++, answer.intervalNs);
                due.add(answer);
            }
            case SILENT, FAN_OUT, VOLUME -> throw new IOException("this is not what it can do");
        }
    }

    /** A chunk a character. */
    private void encode(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            encode(text.charAt(i), out);
        }
    }

    private static void encode(char character, ByteBuffer to) {
        // No surrogates in any work.
        if (character < 0x80) {
            to.putInt('1' << 24 | CR << 16 | '\n' << 8 | character);
        } else {
            to.put((byte) '3').put((byte) CR).put((byte) '\n')
                    .put((byte) (0xE0 | character >> 12)).put((byte) (0x80 | character >> 6 & 0x3F)).put((byte) (0x80 | character & 0x3F));
        }
        to.putShort((short) (CR << 8 | '\n'));
    }

    private void tick() {
        long nowNs = System.nanoTime();
        while (!due.isEmpty() && nowNs - due.peek().dueNs >= 0) {
            Answer answer = due.poll();
            try {
                token(answer);
            } catch (IOException e) {
                close(answer.client);
            }
        }
    }

    private void token(Answer answer) throws IOException {
        out.clear();
        encode(stamp.now());
        if (--answer.left == 0) {
            out.put(END);
        }
        // All of it: a socket that is full cuts an answer, which the load counts as an error.
        answer.client.write(out.flip());
        if (answer.left > 0) {
            answer.dueNs += answer.intervalNs;
            due.add(answer);
        }
    }

    /** One that is not over yet. */
    private static final class Answer {
        private final SocketChannel client;
        private final long intervalNs;
        private final String segment;
        /** What a firehose could not write yet. */
        private final ByteBuffer own;
        private int left;
        private long dueNs;

        Answer(SocketChannel client, Work work) {
            this.client = client;
            this.intervalNs = TimeUnit.MILLISECONDS.toNanos(work.millis());
            this.left = work.tokens();
            this.segment = work.segment();
            this.own = segment.isEmpty() ? null : ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
        }

        /** As much as the socket takes. */
        void pour() throws IOException {
            do {
                if (!own.hasRemaining()) {
                    fill();
                }
            } while (client.write(own) > 0);
        }

        private void fill() {
            own.clear();
            // A character has eight bytes at most, as a chunk.
            while (own.remaining() >= segment.length() * Long.BYTES) {
                for (int i = 0; i < segment.length(); i++) {
                    encode(segment.charAt(i), own);
                }
            }
            own.flip();
        }
    }
}
