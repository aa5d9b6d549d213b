package io.mpstream.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** A client that watches one stream in one format, over as many connections as it takes. */
final class Viewer implements AutoCloseable {
    private static final int TIMEOUT_MS = 40_000;

    /** A connection was lost where more was expected. */
    static final class CutException extends AssertionError {
        private static final long serialVersionUID = 1L;

        CutException(String text) {
            super(text);
        }
    }

    private final int port;
    private final Shape shape;
    private final Rebuilt rebuilt;
    private final byte[] buffer = new byte[16 * 1024];
    private String[] always = {};
    private int timeoutMs = TIMEOUT_MS;
    private List<String> chunks;
    private volatile Socket socket;
    private InputStream in;
    private Incoming incoming;

    Viewer(RunningServer server, Shape shape) {
        this.port = server.address().getPort();
        this.shape = shape;
        this.rebuilt = shape.rebuilt();
    }

    /** How long to wait for a byte. */
    Viewer patience(int ms) {
        timeoutMs = ms;
        return this;
    }

    /** These header fields go with each request from now on. */
    Viewer with(String... fields) {
        always = fields;
        return this;
    }

    /** From now on the chunks are kept too. */
    Viewer keepChunks() {
        chunks = new ArrayList<>();
        return this;
    }

    List<String> chunks() {
        return chunks;
    }

    /** Sends a GET, with more header fields, on a new connection. */
    Viewer open(String target, String... fields) {
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String[] some : new String[][] {always, fields}) {
            for (String field : some) {
                request.append(field).append("\r\n");
            }
        }
        return send(request.append("\r\n").toString());
    }

    /** Sends a request on a new connection. */
    Viewer send(String request) {
        close();
        try {
            socket = new Socket();
            socket.setSoTimeout(timeoutMs);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            in = socket.getInputStream();
            incoming = new Incoming(rebuilt, chunks);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks; the options begin with nothing. */
    Viewer ask(String query, String options, String... fields) {
        return open(asking(query, options), fields);
    }

    Viewer ask(String query) {
        return ask(query, "");
    }

    String asking(String query, String options) {
        return "/" + Wire.encode(query) + "?" + shape.options() + (options.isEmpty() ? "" : "&" + options);
    }

    /** Follows from the start, or with these options. */
    Viewer follow(String stream, String options) {
        return open("/v1/stream/" + stream + "?" + shape.options() + (options.isEmpty() ? "" : "&" + options));
    }

    /** Follows on from where it is, as such a client does. */
    Viewer resume() {
        String target = "/v1/stream/" + rebuilt.stream() + "?" + shape.options();
        if (rebuilt instanceof RebuiltEvents events) {
            return open(target, "Last-Event-ID: " + events.lastId());
        }
        return open(target + "&offset=" + rebuilt.offset());
    }

    /** Follows on, and reads the head. A plain text may have been cut between its line feed, which is not text, and the last chunk: the refusal says so. */
    Viewer comeBack() {
        resume().head();
        if (incoming.status() == 400 && rebuilt instanceof RebuiltText plain) {
            plain.dropLineFeed();
            resume().head();
        }
        if (incoming.status() != 200) {
            throw new AssertionError(all().incoming.status() + " " + incoming.problem());
        }
        return this;
    }

    /** Reads a little; false if nothing more comes on this connection. */
    boolean read(int bytesMax) {
        if (incoming.isWhole()) {
            return false;
        }
        boolean hadHead = incoming.hasHead();
        int read;
        try {
            read = in.read(buffer, 0, hadHead ? Math.min(bytesMax, buffer.length) : 1);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("nothing more came after " + rebuilt.offset() + " " + rebuilt.events(), e);
        } catch (IOException e) {
            read = -1;
        }
        if (read > 0) {
            incoming.take(buffer, read);
        }
        if (!hadHead && incoming.hasHead() && incoming.status() == 200 && incoming.header("Stream-Id") != null && rebuilt.stream() == null) {
            rebuilt.begin(incoming.header("Stream-Id"), rebuilt.offset());
        }
        return read > 0;
    }

    Viewer head() {
        until(incoming::hasHead);
        return this;
    }

    /** Reads until this is so; it must become so on this connection. */
    Viewer until(BooleanSupplier isSo) {
        while (!isSo.getAsBoolean()) {
            if (!read(buffer.length)) {
                throw new CutException("the response ended: status " + incoming.status() + " " + incoming.problem() + " after "
                        + rebuilt.text() + " " + rebuilt.events() + " outcome " + rebuilt.outcome());
            }
        }
        return this;
    }

    /** Reads until it has this much text. */
    Viewer until(long offset) {
        return until(() -> rebuilt.offset() >= offset);
    }

    /** Reads what comes on this connection. */
    Viewer all() {
        while (read(buffer.length)) {
            // On.
        }
        return this;
    }

    /** Reads to the end of the stream, and comes back each time that the connection is lost. */
    Viewer whatever() {
        while (true) {
            all();
            if (rebuilt.outcome() != null) {
                return this;
            }
            rebuilt.lost();
            comeBackSoon();
        }
    }

    /** Comes back as soon as somebody listens. */
    Viewer comeBackSoon() {
        return Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS).until(() -> {
            try {
                return comeBack();
            } catch (UncheckedIOException | CutException e) {
                return null;
            }
        }, viewer -> viewer != null);
    }

    /** Loses its connection, with a reset or with a farewell. */
    void cut(boolean isReset) {
        drop(isReset);
        rebuilt.lost();
    }

    /** The same from another thread than the one that reads, which will notice. */
    void drop(boolean isReset) {
        Socket last = socket;
        if (last == null || last.isClosed()) {
            return;
        }
        try {
            if (isReset) {
                last.setSoLinger(true, 0);
            }
            last.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Shape shape() {
        return shape;
    }

    Rebuilt got() {
        return rebuilt;
    }

    String text() {
        return rebuilt.text();
    }

    String stream() {
        return rebuilt.stream();
    }

    String outcome() {
        return rebuilt.outcome();
    }

    Incoming response() {
        return incoming;
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
