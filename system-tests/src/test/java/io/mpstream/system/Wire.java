package io.mpstream.system;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A raw connection: what is sent and what comes back, byte for byte. */
final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    Wire(int port) {
        this(port, 0);
    }

    /** With a receive buffer of this size, if it is not 0: a reader that is slow is felt by the server at once. */
    Wire(int port, int receiveBytes) {
        try {
            if (receiveBytes > 0) {
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            in = new java.io.BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A response: its head, and its body as the chunks that it came in. */
    record Response(int status, Map<String, String> headers, List<String> chunks, Map<String, String> trailers, boolean isWhole) {
        String body() {
            return String.join("", chunks);
        }

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    static String encode(String query) {
        return URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Wire send(String raw) {
        return send(raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] raw) {
        try {
            socket.getOutputStream().write(raw);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks over HTTP/1.1. */
    Wire get(String target) {
        return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    Wire ask(String query) {
        return get("/" + encode(query));
    }

    /** Reads a whole response. */
    Response response() {
        Response head = head();
        if ("chunked".equals(head.header("Transfer-Encoding"))) {
            boolean isWhole = readChunks(head.chunks(), head.trailers());
            return new Response(head.status(), head.headers(), head.chunks(), head.trailers(), isWhole);
        }
        head.chunks().add(new String(body(head.header("Content-Length")), StandardCharsets.UTF_8));
        return head;
    }

    private byte[] body(String length) {
        try {
            return length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the status line and the header. */
    Response head() {
        try {
            String status = line();
            Map<String, String> headers = new LinkedHashMap<>();
            fields(headers);
            return new Response(Integer.parseInt(status.split(" ")[1]), headers, new ArrayList<>(), new LinkedHashMap<>(), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the next chunk; an empty string is the last one. */
    String chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        if (size == 0) {
            return "";
        }
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size || !line().isEmpty()) {
            throw new EOFException("cut inside a chunk");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private boolean readChunks(List<String> chunks, Map<String, String> trailers) {
        try {
            for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
                chunks.add(chunk);
            }
            fields(trailers);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void fields(Map<String, String> fields) throws IOException {
        for (String field = line(); !field.isEmpty(); field = line()) {
            fields.put(field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT), field.substring(field.indexOf(':') + 1).strip());
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("after '" + line + "'");
            }
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
    }

    /** One byte, or -1 at the end. */
    int read() throws IOException {
        return in.read();
    }

    /** All bytes until the server closes, or resets, the connection. */
    String rest() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (IOException e) {
            // A reset is an end too.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Ends this side's sending and keeps the other. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Leaves with a reset instead of a farewell. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
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
