package io.mpstream.streamer.hub;

import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.ClientSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client's socket that keeps what it gets, takes as much as it is told to, and breaks when it is told to. */
final class RecordingSink implements ClientSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int room = Integer.MAX_VALUE;
    boolean isBroken;
    /** How it was concluded: finished, aborted, refused, or still open. */
    String state = "open";
    int writes;
    int flushes;
    /** What the head was told. */
    StreamStatus opened;
    long until;
    RefusedException why;
    /** Where its client is that gets nothing. */
    long at;
    long firstOffset;

    /** From now on it takes so many bytes, and no more. */
    RecordingSink room(int bytes) {
        room = bytes;
        return this;
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public boolean flush() throws IOException {
        requireOpen();
        flushes++;
        return true;
    }

    @Override
    public boolean write(ByteBuffer out, boolean isLast) throws IOException {
        requireOpen();
        writes++;
        while (out.hasRemaining() && room > 0) {
            bytes.write(out.get());
            room--;
        }
        return !out.hasRemaining();
    }

    private void requireOpen() throws IOException {
        if (isBroken) {
            throw new IOException("broken by the test");
        }
        if (!state.equals("open")) {
            throw new AssertionError("written to after it was " + state);
        }
    }

    @Override
    public void finish() {
        conclude("finished");
    }

    @Override
    public void abort() {
        conclude("aborted");
    }

    @Override
    public void open(StreamStatus status, long until) {
        opened = status;
        this.until = until;
    }

    @Override
    public void refuse(RefusedException why) {
        this.why = why;
        firstOffset = why.firstOffset();
        conclude("refused");
    }

    @Override
    public void nothing(StreamStatus status, long offset) {
        at = offset;
        conclude("nothing");
    }

    private void conclude(String how) {
        if (!state.equals("open")) {
            throw new AssertionError(how + " after it was " + state);
        }
        state = how;
    }
}
