package io.mpstream.system;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** From server-sent events, as HTML 9.2.6 has a browser do it: an id counts when its event is dispatched. */
final class RebuiltEvents extends Rebuilt {
    private final boolean isJson;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean isAfterCr;
    private String name = "";
    private String idSeen = "";
    private String lastId = "";

    RebuiltEvents(boolean isJson) {
        this.isJson = isJson;
    }

    @Override
    void take(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            byte b = bytes[at];
            boolean isSecondHalf = isAfterCr && b == '\n';
            isAfterCr = b == '\r';
            if (isSecondHalf) {
                continue;
            }
            if (b == '\n' || b == '\r') {
                byte[] whole = line.toByteArray();
                line.reset();
                line(whole);
            } else {
                line.write(b);
            }
        }
    }

    private void line(byte[] whole) {
        if (whole.length == 0) {
            dispatch();
            return;
        }
        int colon = 0;
        while (colon < whole.length && whole[colon] != ':') {
            colon++;
        }
        String field = new String(whole, 0, colon, StandardCharsets.UTF_8);
        int start = Math.min(whole.length, colon + 1);
        start += start < whole.length && whole[start] == ' ' ? 1 : 0;
        switch (field) {
            case "data" -> {
                data.write(whole, start, whole.length - start);
                data.write('\n');
            }
            case "event" -> name = utf8(whole, start, whole.length);
            case "id" -> idSeen = utf8(whole, start, whole.length);
            case "" -> event("comment", utf8(whole, start, whole.length));
            case "retry" -> event("retry", utf8(whole, start, whole.length));
            default -> throw new AssertionError("a line that is no field: " + utf8(whole, 0, whole.length));
        }
    }

    private void dispatch() {
        long before = offset();
        boolean isNewStream = !idSeen.equals(lastId) && place(idSeen);
        byte[] bytes = data.toByteArray();
        data.reset();
        String type = name;
        name = "";
        if (bytes.length == 0) {
            return;
        }
        switch (type) {
            case "" -> text(bytes, before, isNewStream);
            case "end" -> end(JSON.readTree(bytes));
            case "failed" -> end("failed", null, JSON.readTree(bytes).get("detail").asString());
            default -> event(type, utf8(bytes, 0, bytes.length - 1));
        }
    }

    private void text(byte[] bytes, long before, boolean isNewStream) {
        if (isNewStream) {
            throw new AssertionError("text of another stream without a word");
        }
        if (isJson) {
            long after = offset();
            offset(before);
            exact(utf8(JSON.readTree(bytes).get("text").asString()), after);
        } else {
            append(bytes, 0, bytes.length - 1);
        }
    }

    /** The place is now that of this id; returns whether it is in another stream. */
    private boolean place(String id) {
        lastId = id;
        String[] parts = id.split(":");
        boolean isNew = stream() != null && !parts[0].equals(stream());
        begin(parts[0], Long.parseLong(parts[1]));
        return isNew;
    }

    /** The id of the last event, for {@code Last-Event-ID}. */
    String lastId() {
        return lastId;
    }

    @Override
    void lost() {
        line.reset();
        data.reset();
        name = "";
        idSeen = lastId;
        isAfterCr = false;
    }
}
