package io.mpstream.streamer.http;

import io.mpstream.streamer.hub.ClientSink;
import io.mpstream.streamer.hub.Session;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.StreamSinkConduit;

/** The socket of one exchange, as a session sees it. Confined to the connection's I/O thread. */
final class ExchangeSink implements ClientSink {
    private final HttpServerExchange exchange;
    private final IntSupplier retryAfterS;
    private final boolean isPreChunked;
    private Session session;
    private StreamSinkChannel channel;
    /** What Undertow's channel writes to, once that may be passed by. */
    private StreamSinkConduit socket;
    private boolean isDone;

    /** The sink of an exchange whose response has its head set, and none of it sent. */
    ExchangeSink(HttpServerExchange exchange, IntSupplier retryAfterS) {
        this.exchange = exchange;
        this.retryAfterS = retryAfterS;
        this.isPreChunked = exchange.getAttachment(HttpAttachments.PRE_CHUNKED_RESPONSE) != null;
    }

    /** Tells this session from now on when the socket takes more and when the client has left. */
    void attach(Session session) {
        this.session = session;
        watchForDeparture();
    }

    /**
     * A client that leaves is seen only by reading, and nothing reads while a response is written. What comes instead of
     * the end is the client's next request: it is kept for later, and the watch is over.
     */
    private void watchForDeparture() {
        HttpServerConnection connection = (HttpServerConnection) exchange.getConnection();
        if (connection.getExtraBytes() != null) {
            return;
        }
        ConduitStreamSourceChannel source = connection.getChannel().getSourceChannel();
        source.setReadListener(this::readable);
        source.resumeReads();
    }

    private void readable(StreamSourceChannel source) {
        if (isDone) {
            source.suspendReads();
            return;
        }
        HttpServerConnection connection = (HttpServerConnection) exchange.getConnection();
        PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
        boolean isKept = false;
        try {
            int read = source.read(pooled.getBuffer());
            if (read < 0) {
                session.gone();
            } else if (read > 0) {
                source.suspendReads();
                pooled.getBuffer().flip();
                connection.ungetRequestBytes(pooled);
                isKept = true;
            }
        } catch (IOException e) {
            session.gone();
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
        open();
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                channel.resumeWrites();
                return false;
            }
        }
        if (isPreChunked && !isLast) {
            socket = ((HttpServerConnection) exchange.getConnection()).getOriginalSinkConduit();
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
                channel.resumeWrites();
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean flush() throws IOException {
        open();
        boolean isOut = channel.flush();
        if (!isOut) {
            channel.resumeWrites();
        }
        return isOut;
    }

    private void open() {
        if (channel == null) {
            channel = exchange.getResponseChannel();
            ChannelListener<StreamSinkChannel> writable = ready -> {
                ready.suspendWrites();
                session.writable();
            };
            channel.getWriteSetter().set(writable);
        }
    }

    @Override
    public void finish() {
        isDone = true;
        exchange.endExchange();
    }

    @Override
    public void abort() {
        isDone = true;
        IoUtils.safeClose(exchange.getConnection());
    }

    @Override
    public void refuse() {
        isDone = true;
        Responses.unavailable(exchange, "the query could not be stored", retryAfterS.getAsInt());
    }
}
