package io.mpstream.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of a response, read by one thread that never waits for longer than it says. Whoever does not read holds the sender back: a packet or
 * two are kept. The HTTP client's threads bring it; any thread may close it.
 */
final class Body implements HttpResponse.BodySubscriber<Body>, AutoCloseable {
    /** Of a line: the server's longest is a twentieth. */
    static final int LINE_BYTES_MAX = 4 << 20;

    /** What came: bytes, or how it ended. */
    private record Packet(List<ByteBuffer> bytes, Throwable failure) {
    }

    private final BlockingQueue<Packet> packets = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Duration patience;
    private volatile Flow.Subscription subscription;
    private volatile boolean isReleased;
    private volatile boolean isClosed;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private List<ByteBuffer> rest = List.of();
    private boolean isOver;

    /** A body whose reader waits for so long for each packet. */
    Body(Duration patience) {
        this.patience = patience;
    }

    @Override
    public CompletionStage<Body> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        if (isClosed) {
            subscription.cancel();
        } else {
            subscription.request(isReleased ? Long.MAX_VALUE : 1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        if (!isReleased) {
            packets.add(new Packet(bytes, null));
        }
    }

    @Override
    public void onError(Throwable failure) {
        packets.add(new Packet(List.of(), failure));
    }

    @Override
    public void onComplete() {
        packets.add(new Packet(null, null));
    }

    /** The next byte's buffer, or null at the end. */
    private ByteBuffer bytes() throws IOException, InterruptedException {
        while (!buffer.hasRemaining()) {
            if (!rest.isEmpty()) {
                buffer = rest.get(0);
                rest = rest.subList(1, rest.size());
            } else if (isOver || !receive()) {
                return null;
            }
        }
        return buffer;
    }

    private boolean receive() throws IOException, InterruptedException {
        Packet packet = packets.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (packet == null) {
            throw new IOException("nothing has come for " + patience.toMillis() + " ms, not even a sign of life");
        }
        if (packet.failure != null) {
            throw new IOException(Problem.why(packet.failure), packet.failure);
        }
        isOver = packet.bytes == null;
        if (!isOver) {
            rest = packet.bytes;
            subscription.request(1);
        }
        return !isOver;
    }

    /**
     * The next line, without its line feed; null at the end. One that has no end is forgotten.
     *
     * @throws IOException      if the connection broke, or nothing came for too long
     * @throws CorruptException if the line is too long, or no UTF-8
     */
    String line() throws IOException, InterruptedException {
        line.reset();
        for (ByteBuffer bytes = bytes(); bytes != null; bytes = bytes()) {
            while (bytes.hasRemaining()) {
                byte next = bytes.get();
                if (next == '\n') {
                    return utf8();
                }
                if (line.size() >= LINE_BYTES_MAX) {
                    throw new CorruptException("the server sent a line of more than " + LINE_BYTES_MAX + " bytes");
                }
                line.write(next);
            }
        }
        return null;
    }

    /** The rest of a short body, as text. */
    String text() throws IOException, InterruptedException {
        line.reset();
        for (ByteBuffer bytes = bytes(); bytes != null; bytes = bytes()) {
            while (bytes.hasRemaining()) {
                line.write(bytes.get());
            }
            if (line.size() > LINE_BYTES_MAX) {
                throw new CorruptException("the server sent a document of more than " + LINE_BYTES_MAX + " bytes");
            }
        }
        return utf8();
    }

    private String utf8() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw new CorruptException("the server sent what is no UTF-8", e);
        }
    }

    /** Lets what is left pass by unread, so that the connection can be used again. */
    void release() {
        isReleased = true;
        packets.clear();
        Flow.Subscription known = subscription;
        if (known != null) {
            known.request(Long.MAX_VALUE);
        }
    }

    /** Ends the response, and with it who waits in {@link #line}. */
    @Override
    public void close() {
        isClosed = true;
        Flow.Subscription known = subscription;
        if (known != null) {
            known.cancel();
        }
        onError(new EOFException("closed"));
    }
}
