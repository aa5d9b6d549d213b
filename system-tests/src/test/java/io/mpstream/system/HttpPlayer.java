package io.mpstream.system;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Over HTTP/1.1: a connection a request, live or polling. */
final class HttpPlayer extends Player {
    private static final int READ_BYTES = 16 * 1024;

    private final Viewer viewer;

    HttpPlayer(RunningServer server, Part part, CompletableFuture<String> stream) {
        super(server, part, stream);
        viewer = new Viewer(server, part.shape());
    }

    @Override
    Rebuilt got() {
        return viewer.got();
    }

    @Override
    void request() {
        String[] fields = fields().entrySet().stream().map(field -> field.getKey() + ": " + field.getValue()).toArray(String[]::new);
        if (got().stream() == null && part().way() != Part.Way.GET) {
            post(fields[0]);
        } else {
            viewer.open(target(), fields);
        }
        Incoming response = viewer.response();
        boolean hasHead = false;
        while (viewer.read(READ_BYTES)) {
            if (!hasHead && response.hasHead()) {
                hasHead = true;
                head(response.status(), response.header("Stream-Id"));
            }
            look();
        }
        if (hasHead) {
            over(response.status(), response.header("Stream-State"), offset(response), response.problem());
        }
    }

    /** What has no body is read to its end before its head is looked at. */
    private static long offset(Incoming response) {
        String offset = response.header(response.header("Stream-Next-Offset") == null ? "Stream-Offset" : "Stream-Next-Offset");
        return offset == null ? -1 : Long.parseLong(offset);
    }

    private void post(String field) {
        byte[] query = part().script().query().getBytes(StandardCharsets.UTF_8);
        viewer.send("POST " + target() + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: " + query.length + "\r\n" + field + "\r\n\r\n"
                + part().script().query());
    }

    @Override
    void cut(boolean isReset) {
        viewer.drop(isReset);
    }

    @Override
    public void close() {
        viewer.close();
    }
}
