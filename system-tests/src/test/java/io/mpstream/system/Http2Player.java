package io.mpstream.system;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Over HTTP/2, a stream of a connection of its own. */
final class Http2Player extends Player {
    private final Rebuilt got;
    private volatile Http2Wire wire;

    Http2Player(RunningServer server, Part part, CompletableFuture<String> stream) {
        super(server, part, stream);
        got = part.shape().rebuilt();
    }

    @Override
    Rebuilt got() {
        return got;
    }

    @Override
    void request() {
        try (Http2Wire opened = new Http2Wire(port(), Http2Wire.WIDE)) {
            wire = opened;
            List<String> fields = new ArrayList<>();
            fields().forEach((name, value) -> fields.addAll(List.of(name, value)));
            int number = opened.get(target(), fields.toArray(String[]::new));
            Http2Wire.Answer answer = opened.answer(number);
            opened.readUntil(() -> take(answer));
            over(answer);
        }
    }

    /** Whether that was all. */
    private boolean take(Http2Wire.Answer answer) {
        if (answer.headers.isEmpty()) {
            return answer.isOver();
        }
        if (answer.status() == 200) {
            head(answer.status(), answer.headers.get("stream-id"));
            byte[] bytes = answer.take();
            got.take(bytes, 0, bytes.length);
            look();
        }
        return answer.isOver();
    }

    private void over(Http2Wire.Answer answer) {
        if (answer.headers.isEmpty()) {
            return;
        }
        if (answer.isWhole() && answer.status() == 200) {
            got.whole(answer.trailers);
        }
        over(answer.status(), answer.headers.get("stream-state"), Long.parseLong(answer.headers.getOrDefault("stream-offset", "-1")), answer.body());
    }

    @Override
    void cut(boolean isReset) {
        close();
    }

    @Override
    public void close() {
        Http2Wire last = wire;
        if (last != null) {
            last.close();
        }
    }
}
