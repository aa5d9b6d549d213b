package io.mpstream.system;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A raw HTTP/2 connection (RFC 9113): frame by frame, and a window is opened only where the test says so. Used by one thread. */
final class Http2Wire implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int CANCEL = 8;

    /** More than any answer here has. */
    static final int WIDE = 1 << 30;

    private static final int ACK = 1;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int HEADER_TABLE_SIZE = 1;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final Map<Integer, Answer> answers = new TreeMap<>();
    private int lastStream = -1;
    private int streamsMax;
    private int goAway = -1;

    /** What came on one stream. */
    static final class Answer {
        final Map<String, String> headers = new LinkedHashMap<>();
        final Map<String, String> trailers = new LinkedHashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean isEnded;
        private int reset = -1;

        int status() {
            return Integer.parseInt(headers.get(":status"));
        }

        String body() {
            return body.toString(StandardCharsets.UTF_8);
        }

        int length() {
            return body.size();
        }

        /** What has come of the body since the last time, which is forgotten here. */
        byte[] take() {
            byte[] bytes = body.toByteArray();
            body.reset();
            return bytes;
        }

        /** Whether it came to its proper end. */
        boolean isWhole() {
            return isEnded && reset < 0;
        }

        boolean isReset() {
            return reset >= 0;
        }

        /** The code of the reset, or -1. */
        int reset() {
            return reset;
        }

        boolean isOver() {
            return isEnded || reset >= 0;
        }
    }

    /** In clear text, by prior knowledge; each stream begins with a window of this size. */
    Http2Wire(int port, int window) {
        this(new Socket(), port, window);
    }

    /** Over TLS, by ALPN. */
    static Http2Wire secure(int port) {
        try {
            SSLSocket socket = (SSLSocket) Trusting.context().getSocketFactory().createSocket();
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            return new Http2Wire(socket, port, WIDE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Http2Wire(Socket socket, int port, int window) {
        this.socket = socket;
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            if (socket instanceof SSLSocket secure) {
                secure.startHandshake();
            }
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        frame(SETTINGS, 0, 0, ByteBuffer.allocate(12).putShort((short) HEADER_TABLE_SIZE).putInt(0)
                .putShort((short) INITIAL_WINDOW_SIZE).putInt(window).array());
        widen(0, WIDE);
    }

    /** The protocol that TLS has chosen. */
    String protocol() {
        return ((SSLSocket) socket).getApplicationProtocol();
    }

    /** Sends a frame, whatever it is. */
    void frame(int type, int flags, int stream, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length).put((byte) type).put((byte) flags).putInt(stream).put(payload);
        try {
            socket.getOutputStream().write(frame.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields of a GET, as a block. */
    byte[] fields(String target, String... more) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        Hpack.write(":method", "GET", block);
        Hpack.write(":scheme", socket instanceof SSLSocket ? "https" : "http", block);
        Hpack.write(":authority", "localhost", block);
        Hpack.write(":path", target, block);
        for (int i = 0; i < more.length; i += 2) {
            Hpack.write(more[i], more[i + 1], block);
        }
        return block.toByteArray();
    }

    /** The number of the next stream. */
    int nextStream() {
        lastStream += 2;
        answers.put(lastStream, new Answer());
        return lastStream;
    }

    /** Sends a GET and returns its stream. */
    int get(String target, String... more) {
        int stream = nextStream();
        frame(HEADERS, END_STREAM | END_HEADERS, stream, fields(target, more));
        return stream;
    }

    int ask(String query) {
        return get("/" + Wire.encode(query));
    }

    /** Leaves a stream. */
    void reset(int stream) {
        frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
    }

    /** Takes that many bytes more, on a stream or, if it is 0, on the connection. */
    void widen(int stream, int bytes) {
        frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    /** Reads until this stream is over. */
    Answer whole(int stream) {
        Answer answer = answers.get(stream);
        readUntil(answer::isOver);
        return answer;
    }

    /** What has come on this stream. */
    Answer answer(int stream) {
        return answers.get(stream);
    }

    /** How many streams the server allows. */
    int streamsMax() {
        readUntil(() -> streamsMax > 0);
        return streamsMax;
    }

    /** Reads until the server closes the connection and returns the code of its GOAWAY, or -1. */
    int rest() {
        try {
            while (true) {
                read();
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection is still open", e);
        } catch (IOException e) {
            return goAway;
        }
    }

    /** Reads frames until this is so. */
    void readUntil(BooleanSupplier isSo) {
        try {
            while (!isSo.getAsBoolean()) {
                read();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the server for a sign, and reads all that it sent before. */
    void ping() {
        frame(PING, 0, 0, new byte[8]);
        try {
            while (read() != (PING << 8 | ACK)) {
                continue;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a frame and returns its type and flags. */
    private int read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        Answer answer = answers.get(stream);
        switch (type) {
            case DATA -> answer.body.writeBytes(payload);
            case HEADERS -> {
                if ((flags & END_HEADERS) == 0) {
                    throw new IOException("a head in several frames is not expected here");
                }
                (answer.headers.isEmpty() ? answer.headers : answer.trailers).putAll(Hpack.read(payload));
            }
            case RST_STREAM -> answer.reset = ByteBuffer.wrap(payload).getInt();
            case SETTINGS -> settings(flags, ByteBuffer.wrap(payload));
            case PING -> {
                if ((flags & ACK) == 0) {
                    frame(PING, ACK, 0, payload);
                }
            }
            case GOAWAY -> goAway = ByteBuffer.wrap(payload).getInt(4);
            default -> { }
        }
        if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
            answer.isEnded = true;
        }
        return type << 8 | flags;
    }

    private void settings(int flags, ByteBuffer payload) {
        if ((flags & ACK) != 0) {
            return;
        }
        while (payload.hasRemaining()) {
            int name = payload.getShort();
            int value = payload.getInt();
            if (name == MAX_CONCURRENT_STREAMS) {
                streamsMax = value;
            }
        }
        frame(SETTINGS, ACK, 0, new byte[0]);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
