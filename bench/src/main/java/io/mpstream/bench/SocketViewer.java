package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Follows one stream on a WebSocket (RFC 6455), and finds the text in its messages. */
final class SocketViewer extends Client {
    /** What it asks. */
    static final ByteBuffer HANDSHAKE = request("v1/ws", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: mpstream.v1");

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int LENGTH_TWO_BYTES = 126;
    private static final int LENGTH_EIGHT_BYTES = 127;
    private static final int MASK_BYTES = 4;

    private enum State { KIND, LENGTH, MORE_LENGTH, BYTES }

    private final String stream;
    private final Notation notation = Format.WS.notation();
    private State state = State.KIND;
    private int kind;
    private int lengthBytes;
    private long left;

    SocketViewer(String stream, Ear ear) {
        super("HTTP/1.1 101 ", "sec-websocket-protocol: mpstream.v1", ear, false);
        this.stream = stream;
    }

    @Override
    void begin() {
        state = State.KIND;
    }

    @Override
    void opened() throws IOException {
        say(TEXT, ("{\"follow\":{\"ref\":\"v\",\"stream\":\"" + stream + "\",\"offset\":0}}").getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a short frame, under a mask that changes nothing. */
    private void say(int kind, byte[] bytes) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(2 + MASK_BYTES + bytes.length);
        send(frame.put((byte) (FINAL | kind)).put((byte) (MASKED | bytes.length)).putInt(0).put(bytes).flip());
    }

    @Override
    void body(ByteBuffer in, long nowNs) throws IOException {
        while (in.hasRemaining()) {
            switch (state) {
                case KIND -> {
                    kind = in.get() & 0xF;
                    state = State.LENGTH;
                }
                case LENGTH -> length(in.get());
                case MORE_LENGTH -> {
                    left = left << 8 | in.get() & 0xFF;
                    state = --lengthBytes == 0 ? State.BYTES : State.MORE_LENGTH;
                }
                case BYTES -> bytes(in, nowNs);
            }
            if (state == State.BYTES && left == 0) {
                state = State.KIND;
                frame(nowNs);
            }
        }
    }

    private void length(byte b) {
        lengthBytes = b == LENGTH_EIGHT_BYTES ? Long.BYTES : b == LENGTH_TWO_BYTES ? Short.BYTES : 0;
        left = lengthBytes == 0 ? b : 0;
        state = lengthBytes == 0 ? State.BYTES : State.MORE_LENGTH;
    }

    private void bytes(ByteBuffer in, long nowNs) throws IOException {
        int end = in.limit();
        int taken = (int) Math.min(left, in.remaining());
        in.limit(in.position() + taken);
        if (kind == TEXT || kind == CONTINUATION) {
            notation.take(in, this, nowNs);
        }
        in.position(in.limit()).limit(end);
        left -= taken;
    }

    private void frame(long nowNs) throws IOException {
        switch (kind) {
            case CLOSE -> throw new IOException("the server has closed the WebSocket");
            case PING -> say(PONG, new byte[0]);
            default -> {
                if (notation.isEnded()) {
                    ear.end(this, nowNs);
                }
            }
        }
    }
}
