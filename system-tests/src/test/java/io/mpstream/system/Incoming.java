package io.mpstream.system;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One HTTP/1 response as its bytes come in: HTTP's framing is taken off, and what it held is handed on. */
final class Incoming {
    private enum State { STATUS, FIELDS, SIZE, CHUNK, CHUNK_END, TRAILERS, LENGTH, CLOSE, OVER }

    private final Rebuilt rebuilt;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream problem = new ByteArrayOutputStream();
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    private final List<String> chunks;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> trailers = new LinkedHashMap<>();
    private State state = State.STATUS;
    private int status;
    private long left;
    private boolean isWhole;

    /** What is in the body goes there if it is a stream; its chunks into the list as well, unless that is null. */
    Incoming(Rebuilt rebuilt, List<String> chunks) {
        this.rebuilt = rebuilt;
        this.chunks = chunks;
    }

    void take(byte[] bytes, int length) {
        int at = 0;
        while (at < length && state != State.OVER) {
            switch (state) {
                case CHUNK, LENGTH, CLOSE -> {
                    int end = (int) Math.min(length, at + left);
                    body(bytes, at, end);
                    left -= end - at;
                    at = end;
                    if (left == 0) {
                        filled();
                    }
                }
                default -> {
                    byte b = bytes[at++];
                    if (b != '\n') {
                        line.write(b);
                    } else {
                        String whole = line.toString(StandardCharsets.ISO_8859_1);
                        line.reset();
                        line(whole.endsWith("\r") ? whole.substring(0, whole.length() - 1) : whole);
                    }
                }
            }
        }
    }

    private void body(byte[] bytes, int from, int to) {
        if (status != 200) {
            problem.write(bytes, from, to - from);
            return;
        }
        rebuilt.take(bytes, from, to);
        if (chunks != null) {
            chunk.write(bytes, from, to - from);
        }
    }

    private void filled() {
        if (state == State.LENGTH) {
            over();
        } else {
            state = State.CHUNK_END;
            if (chunks != null) {
                chunks.add(chunk.toString(StandardCharsets.UTF_8));
                chunk.reset();
            }
        }
    }

    private void line(String text) {
        switch (state) {
            case STATUS -> {
                status = Integer.parseInt(text.split(" ")[1]);
                state = State.FIELDS;
            }
            case FIELDS -> {
                if (!text.isEmpty()) {
                    field(text, headers);
                } else {
                    headIsRead();
                }
            }
            case SIZE -> {
                left = Long.parseLong(text, 16);
                state = left == 0 ? State.TRAILERS : State.CHUNK;
            }
            case CHUNK_END -> state = State.SIZE;
            default -> {
                if (!text.isEmpty()) {
                    field(text, trailers);
                } else {
                    over();
                }
            }
        }
    }

    private void headIsRead() {
        String length = header("Content-Length");
        if ("chunked".equals(header("Transfer-Encoding"))) {
            state = State.SIZE;
        } else if (length == null && status != 204) {
            left = Long.MAX_VALUE;
            state = State.CLOSE;
        } else {
            left = length == null ? 0 : Long.parseLong(length);
            state = State.LENGTH;
            if (left == 0) {
                over();
            }
        }
    }

    private void over() {
        state = State.OVER;
        isWhole = true;
        if (status == 200) {
            rebuilt.whole(trailers);
        }
    }

    private static void field(String text, Map<String, String> fields) {
        int colon = text.indexOf(':');
        fields.put(text.substring(0, colon).toLowerCase(Locale.ROOT), text.substring(colon + 1).strip());
    }

    int status() {
        return status;
    }

    String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    boolean hasHead() {
        return state != State.STATUS && state != State.FIELDS;
    }

    /** Whether its end has been seen. */
    boolean isWhole() {
        return isWhole;
    }

    /** The body of a response that is no stream. */
    String problem() {
        return problem.toString(StandardCharsets.UTF_8);
    }
}
