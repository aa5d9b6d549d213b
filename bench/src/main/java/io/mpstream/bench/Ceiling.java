package io.mpstream.bench;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.CharacterChunks;
import io.mpstream.streamer.encoding.Piece;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.XnioIoThread;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;

/**
 * What Undertow could do if text came from nowhere: the same chunks, encoded by the same code, made on the I/O thread that
 * writes them. No second process, no journal, no thread to hand over to, nothing kept.
 */
final class Ceiling {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BUFFERS_POOLED_MAX = 4096;
    private static final int BUFFERS_A_THREAD = 12;
    private static final int BACKLOG = 4096;
    private static final long TICK_MS = 1;
    private static final CharacterChunks ENCODER = new CharacterChunks();
    private static final int SEGMENTS = 4096;
    private static final byte[] SHORT = Work.SHORT.getBytes(StandardCharsets.US_ASCII);

    private final Map<XnioIoThread, Lane> lanes = new ConcurrentHashMap<>();

    private Ceiling() {
    }

    /** Listens until it is killed. */
    public static void main(String[] args) {
        Undertow.builder()
                .addHttpListener(Integer.parseInt(args[0]), "127.0.0.1")
                .setByteBufferPool(new DefaultByteBufferPool(true, 16 * 1024 - 20, BUFFERS_POOLED_MAX, BUFFERS_A_THREAD))
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
                .setHandler(new Ceiling()::handle)
                .build()
                .start();
    }

    private void handle(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
        exchange.putAttachment(HttpAttachments.PRE_CHUNKED_RESPONSE, true);
        Work work = Work.parse(exchange.getRequestPath().substring(1));
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> lanes.computeIfAbsent(exchange.getIoThread(), Lane::new).answer(exchange, work));
    }

    /** One I/O thread, and what it paces. */
    private static final class Lane implements Runnable {
        private final XnioIoThread thread;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final Queue<Paced> due = new PriorityQueue<>(Comparator.comparingLong(paced -> paced.dueNs));
        private final Stamp stamp = new Stamp();
        private final byte[] token = new byte[Stamp.LENGTH];
        private final Piece piece = new Piece();
        private long count;
        private Crowd crowd;

        private static final class Paced {
            final HttpServerExchange exchange;
            final StreamSinkChannel channel;
            final StreamSinkConduit socket;
            final long intervalNs;
            boolean isHeadOut;
            int left;
            long dueNs;

            Paced(HttpServerExchange exchange, Work work) {
                this.exchange = exchange;
                this.channel = exchange.getResponseChannel();
                this.socket = ((HttpServerConnection) exchange.getConnection()).getOriginalSinkConduit();
                this.intervalNs = TimeUnit.MILLISECONDS.toNanos(work.millis());
                this.left = work.tokens();
                this.dueNs = System.nanoTime();
            }
        }

        Lane(XnioIoThread thread) {
            this.thread = thread;
        }

        void answer(HttpServerExchange exchange, Work work) {
            try {
                switch (work.kind()) {
                    case FIREHOSE, MIXED -> firehose(exchange, work.segment().repeat(SEGMENTS).getBytes(StandardCharsets.UTF_8));
                    case SHORT -> end(exchange, exchange.getResponseChannel(), SHORT);
                    case PACED -> {
                        Paced paced = new Paced(exchange, work);
                        paced.dueNs += Phase.of(count++, paced.intervalNs);
                        due.add(paced);
                        paced.channel.flush();
                        if (due.size() == 1) {
                            thread.executeAfter(this, TICK_MS, TimeUnit.MILLISECONDS);
                        }
                    }
                    case SILENT -> {
                        StreamSinkChannel channel = exchange.getResponseChannel();
                        channel.flush();
                        thread.executeAfter(() -> endSilently(exchange, channel), work.millis(), TimeUnit.MILLISECONDS);
                    }
                    case FAN_OUT -> {
                        if (crowd == null || crowd.isOver()) {
                            crowd = new Crowd(thread, work);
                        }
                        crowd.join(exchange);
                    }
                    case VOLUME -> throw new IOException("this is not what it can do");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void encode(byte[] text, ByteBuffer out) {
            ENCODER.text(piece.set(null, 0, text, 0, text.length, false, false), out);
        }

        private void firehose(HttpServerExchange exchange, byte[] text) {
            StreamSinkChannel channel = exchange.getResponseChannel();
            StreamSinkConduit socket = ((HttpServerConnection) exchange.getConnection()).getOriginalSinkConduit();
            ByteBuffer own = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
            boolean[] isHeadOut = {false};
            channel.getWriteSetter().set(ready -> {
                try {
                    int written;
                    do {
                        if (!own.hasRemaining()) {
                            own.clear();
                            encode(text, own);
                            own.flip();
                        }
                        // Once the head is out, past Undertow's reading of every chunk, as the streamer does.
                        written = isHeadOut[0] ? socket.write(own) : channel.write(own);
                        isHeadOut[0] |= written > 0 && !own.hasRemaining();
                    } while (written > 0);
                } catch (IOException e) {
                    IoUtils.safeClose(exchange.getConnection());
                }
            });
            channel.resumeWrites();
        }

        private void endSilently(HttpServerExchange exchange, StreamSinkChannel channel) {
            try {
                end(exchange, channel, new byte[0]);
            } catch (IOException e) {
                IoUtils.safeClose(exchange.getConnection());
            }
        }

        private void end(HttpServerExchange exchange, StreamSinkChannel channel, byte[] text) throws IOException {
            buffer.clear();
            encode(text, buffer);
            ENCODER.end(new End(StreamId.mint(), text.length, Outcome.COMPLETED, "", new byte[End.SHA256_LENGTH], 0, Notes.NONE), buffer);
            channel.write(buffer.flip());
            exchange.endExchange();
        }

        /** The tokens that are due. */
        @Override
        public void run() {
            long nowNs = System.nanoTime();
            while (!due.isEmpty() && nowNs - due.peek().dueNs >= 0) {
                write(due.poll());
            }
            if (!due.isEmpty()) {
                thread.executeAfter(this, TICK_MS, TimeUnit.MILLISECONDS);
            }
        }

        private void write(Paced paced) {
            stamp.now();
            for (int i = 0; i < token.length; i++) {
                token[i] = (byte) stamp.charAt(i);
            }
            try {
                if (--paced.left == 0) {
                    end(paced.exchange, paced.channel, token);
                    return;
                }
                buffer.clear();
                encode(token, buffer);
                if (paced.isHeadOut) {
                    paced.socket.write(buffer.flip());
                } else {
                    paced.isHeadOut = paced.channel.write(buffer.flip()) > 0;
                }
                paced.dueNs += paced.intervalNs;
                due.add(paced);
            } catch (IOException e) {
                IoUtils.safeClose(paced.exchange.getConnection());
            }
        }
    }
}
