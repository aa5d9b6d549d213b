package io.mpstream.system;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The text that a client has made of what it got, over as many connections as it took, and its place in the stream. */
abstract class Rebuilt {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private byte[] utf8 = new byte[256];
    private int length;
    private String stream;
    private long offset;
    private String outcome;
    private String detail;
    private String sha256;
    private Taker taker;
    private final List<String> events = new ArrayList<>();

    /** Takes some bytes of a body, cut anywhere. */
    abstract void take(byte[] bytes, int from, int to);

    /** The response is whole; these are its trailers. */
    void whole(Map<String, String> trailers) {
        // Formats that tell their end themselves have none.
    }

    /** The connection is gone: what is incomplete is forgotten. */
    abstract void lost();

    /** A response begins here. */
    void begin(String stream, long offset) {
        this.stream = stream;
        this.offset = offset;
    }

    /** Somebody who wants text as it comes. */
    interface Taker {
        void take(byte[] utf8, int from, int to);
    }

    /** From now on text is not kept but given away. */
    void giveTo(Taker taker) {
        this.taker = taker;
    }

    void append(byte[] bytes, int from, int to) {
        if (taker != null) {
            taker.take(bytes, from, to);
            return;
        }
        if (length + to - from > utf8.length) {
            utf8 = Arrays.copyOf(utf8, Math.max(2 * utf8.length, length + to - from));
        }
        System.arraycopy(bytes, from, utf8, length, to - from);
        length += to - from;
    }

    /** Takes the last bytes back. */
    void drop(int bytes) {
        length -= bytes;
        offset -= bytes;
    }

    /** A text whose length must be the way from the last offset to this one. */
    void exact(byte[] text, long after) {
        if (offset < 0) {
            // It joined at the live end, and learns here where that was.
            offset = after - text.length;
        }
        if (offset + text.length != after) {
            throw new AssertionError("text of " + text.length + " bytes leads from offset " + offset + " to " + after);
        }
        append(text, 0, text.length);
        offset = after;
    }

    void event(String name, String data) {
        events.add(name + " " + data);
    }

    void end(JsonNode end) {
        if (outcome != null) {
            throw new AssertionError("a second end: " + end);
        }
        outcome = end.get("outcome").asString();
        sha256 = end.has("sha256") ? end.get("sha256").asString() : null;
        detail = end.has("detail") ? end.get("detail").asString() : null;
        if (end.get("offset").asLong() != offset) {
            throw new AssertionError("the end is at " + end.get("offset") + ", the text ended at " + offset);
        }
    }

    void end(String outcome, String sha256, String detail) {
        this.outcome = outcome;
        this.sha256 = sha256;
        this.detail = detail;
    }

    void offset(long offset) {
        this.offset = offset;
    }

    /** Bytes of the stream's text that this client has. */
    long offset() {
        return offset;
    }

    String stream() {
        return stream;
    }

    String text() {
        return new String(utf8, 0, length, StandardCharsets.UTF_8);
    }

    byte[] utf8() {
        return utf8;
    }

    int length() {
        return length;
    }

    /** How it ended, or null if that was not told. */
    String outcome() {
        return outcome;
    }

    String detail() {
        return detail;
    }

    String sha256() {
        return sha256;
    }

    /** What was told besides text, each as its name, a space, and its data. */
    List<String> events() {
        return events;
    }

    List<String> events(String name) {
        return events.stream().filter(event -> event.startsWith(name + " ")).map(event -> event.substring(name.length() + 1)).toList();
    }

    static String utf8(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
