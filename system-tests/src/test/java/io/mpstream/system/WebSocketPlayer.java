package io.mpstream.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/** Over a WebSocket of its own, under one reference. */
final class WebSocketPlayer extends Player {
    private static final byte[] LINE_FEED = {'\n'};

    private final RebuiltLines got = new RebuiltLines();
    private volatile Wire wire;

    WebSocketPlayer(RunningServer server, Part part, CompletableFuture<String> stream) {
        super(server, part, stream);
    }

    @Override
    Rebuilt got() {
        return got;
    }

    @Override
    void request() throws IOException {
        try (Wire opened = new Wire(port())) {
            wire = opened;
            Wire.Response handshake = WebSocketWire.handshake(opened, WebSocketWire.PROTOCOL);
            if (handshake.status() != 101) {
                over(handshake.status(), null, -1, "no WebSocket");
                return;
            }
            WebSocketWire socket = WebSocketWire.opened(opened);
            socket.say(got.stream() == null
                    ? "{'ask':{'ref':'a','query':'" + part().script().query() + "','idempotencyKey':'" + key() + "'}}"
                    : "{'follow':{'ref':'a','stream':'" + got.stream() + "','offset':" + got.offset() + "}}");
            for (WebSocketWire.Frame frame = socket.frame(); frame.opcode() == WebSocketWire.TEXT; frame = socket.frame()) {
                if (!take(frame)) {
                    return;
                }
            }
        }
    }

    /** Whether there may be more. */
    private boolean take(WebSocketWire.Frame frame) {
        JsonNode said = WebSocketWire.parse(frame);
        if (said.has("error")) {
            over(said.get("error").get("status").asInt(), null, -1, said.toString());
            return false;
        }
        if (said.has("stream")) {
            head(101, said.get("stream").asString());
        } else {
            byte[] line = frame.text().getBytes(StandardCharsets.UTF_8);
            got.take(line, 0, line.length);
            got.take(LINE_FEED, 0, 1);
            look();
        }
        return got.outcome() == null && !said.has("interrupted");
    }

    @Override
    void cut(boolean isReset) {
        Wire last = wire;
        try {
            if (isReset && last != null) {
                last.reset();
            }
            close();
        } catch (IOException e) {
            // It was closed already.
        }
    }

    @Override
    public void close() {
        Wire last = wire;
        if (last != null) {
            last.close();
        }
    }
}
