package io.mpstream.streamer.http.response;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.StreamSinkConduit;

/** A response over HTTP/1.1, whose chunks the encoder has framed, or over HTTP/1.0, which has none. */
final class Http1Sink extends ExchangeSink {
    private final HttpServerConnection connection;
    private final boolean isPreChunked;
    private final boolean mayPassBy;
    /** The conduit that Undertow's channel writes to, once that may be passed by. */
    private StreamSinkConduit socket;

    Http1Sink(HttpServerExchange exchange, StreamHead head) {
        super(exchange, head);
        this.connection = (HttpServerConnection) exchange.getConnection();
        this.isPreChunked = exchange.isHttp11();
        this.mayPassBy = isPreChunked && connection.getSslSession() == null;
        if (isPreChunked) {
            exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
            exchange.putAttachment(HttpAttachments.PRE_CHUNKED_RESPONSE, true);
        }
    }

    @Override
    void clearHead() {
        super.clearHead();
        exchange().removeAttachment(HttpAttachments.PRE_CHUNKED_RESPONSE);
    }

    /**
     * A client that leaves is seen only by reading, and nothing reads while a response is written. What comes instead of
     * the end is the client's next request: it is kept for later, and the watch is over.
     */
    @Override
    void watchForDeparture() {
        if (connection.getExtraBytes() != null) {
            return;
        }
        ConduitStreamSourceChannel source = connection.getChannel().getSourceChannel();
        // That of a body which has been read neither waits for more nor knows the connection's end from its own.
        source.setConduit(connection.getOriginalSourceConduit());
        source.setReadListener(this::readable);
        source.resumeReads();
    }

    @Override
    void unwatch() {
        // The listener sees that it is over, and the connection sets its own for the next request.
    }

    private void readable(StreamSourceChannel source) {
        if (isDone()) {
            source.suspendReads();
            return;
        }
        PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
        boolean isKept = false;
        try {
            int read = source.read(pooled.getBuffer());
            if (read < 0) {
                session().gone();
            } else if (read > 0) {
                source.suspendReads();
                pooled.getBuffer().flip();
                connection.ungetRequestBytes(pooled);
                isKept = true;
            }
        } catch (IOException e) {
            session().gone();
        } finally {
            if (!isKept) {
                pooled.close();
            }
        }
    }

    @Override
    public boolean write(ByteBuffer bytes, boolean isLast) throws IOException {
        if (socket != null && !isLast) {
            return writeRaw(bytes);
        }
        while (bytes.hasRemaining()) {
            if (channel().write(bytes) == 0) {
                channel().resumeWrites();
                return false;
            }
        }
        if (mayPassBy && !isLast) {
            socket = connection.getOriginalSinkConduit();
        }
        return flush();
    }

    /**
     * Past Undertow, which would read every chunk again to know where it ends. It may be
     * passed by once it has taken something, because then the head is out, and while it stands between two chunks, because
     * there it stands still when the last one comes, which it must see.
     */
    private boolean writeRaw(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (socket.write(bytes) == 0) {
                channel().resumeWrites();
                return false;
            }
        }
        return true;
    }

    @Override
    void breakOff() {
        IoUtils.safeClose(connection);
    }
}
