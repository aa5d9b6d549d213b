package io.mpstream.streamer.http;

import io.mpstream.streamer.hub.ClientSink;
import io.mpstream.streamer.hub.Session;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** The socket of one exchange, as a session sees it. Confined to the connection's I/O thread. */
final class ExchangeSink implements ClientSink {
    private final HttpServerExchange exchange;
    private final IntSupplier retryAfterS;
    private Session session;
    private StreamSinkChannel channel;
    private boolean isDone;

    /** The sink of an exchange whose response has its head set, and none of it sent. */
    ExchangeSink(HttpServerExchange exchange, IntSupplier retryAfterS) {
        this.exchange = exchange;
        this.retryAfterS = retryAfterS;
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
    public boolean write(ByteBuffer bytes) throws IOException {
        open();
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                channel.resumeWrites();
                return false;
            }
        }
        return flush();
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
