package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import io.mpstream.protocol.StreamId;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Any format for HTTP/1.1: what it has to say at a time is one chunk. */
public final class Chunked implements Encoder {
    private final Encoder format;
    private final boolean hasTrailers;

    /**
     * Frames a format.
     *
     * @param hasTrailers whether the end is told in trailers too
     */
    public Chunked(Encoder format, boolean hasTrailers) {
        this.format = format;
        this.hasTrailers = hasTrailers;
    }

    private static void chunk(ByteBuffer out, Consumer<ByteBuffer> content) {
        int start = ChunkFraming.begin(out);
        content.accept(out);
        ChunkFraming.end(start, out);
    }

    @Override
    public ClientFormat format() {
        return format.format();
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        chunk(out, chunk -> format.open(status, offset, chunk));
    }

    @Override
    public void queued(StreamStatus status, ByteBuffer out) {
        chunk(out, chunk -> format.queued(status, chunk));
    }

    @Override
    public void started(StreamStatus status, ByteBuffer out) {
        chunk(out, chunk -> format.started(status, chunk));
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        // Not like the others: once for every few characters, so without an object.
        int start = ChunkFraming.begin(out);
        int taken = format.text(piece, out);
        ChunkFraming.end(start, out);
        return taken;
    }

    @Override
    public void end(End end, ByteBuffer out) {
        chunk(out, chunk -> format.end(end, chunk));
        if (hasTrailers) {
            ChunkFraming.last(end, out);
        } else {
            ChunkFraming.last(out);
        }
    }

    @Override
    public boolean wantsTextAgain(End end, ByteBuffer out) {
        int start = ChunkFraming.begin(out);
        boolean isWanted = format.wantsTextAgain(end, out);
        ChunkFraming.end(start, out);
        return isWanted;
    }

    @Override
    public void stop(ByteBuffer out) {
        chunk(out, format::stop);
        ChunkFraming.last(out);
    }

    @Override
    public boolean tellsFailure() {
        return format.tellsFailure();
    }

    @Override
    public void heartbeat(StreamStatus status, ByteBuffer out) {
        chunk(out, chunk -> format.heartbeat(status, chunk));
    }

    @Override
    public void challenge(StreamId stream, long expiresInMs, ByteBuffer out) {
        chunk(out, chunk -> format.challenge(stream, expiresInMs, chunk));
    }

    @Override
    public void interrupted(Interruption why, long offset, long retryMs, ByteBuffer out) {
        chunk(out, chunk -> format.interrupted(why, offset, retryMs, chunk));
    }

    @Override
    public boolean tellsInterruption() {
        return format.tellsInterruption();
    }

    @Override
    public void restarted(StreamStatus next, ByteBuffer out) {
        chunk(out, chunk -> format.restarted(next, chunk));
    }
}
