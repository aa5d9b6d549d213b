package io.mpstream.bench;

import java.nio.ByteBuffer;

/** How a stream is read. */
enum Format {
    /** Plain text, a character a chunk. */
    TEXT_CHAR("text char", "unit=char"),
    /** Plain text, as much a chunk as there is. */
    TEXT_ANY("text any", "unit=any"),
    /** Server-sent events. */
    SSE("sse", "format=sse"),
    /** JSON, a line a text. */
    NDJSON("ndjson", "format=ndjson"),
    /** A WebSocket with one stream on it. */
    WS("ws", ""),
    /** The events of OpenAI's chat, which are asked for with a body. Nobody follows in it. */
    CHAT("chat", "");

    private static final String CHAT_BODY = "{\"model\":\"bench\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"stream\":true}";

    private final String title;
    private final String option;

    Format(String title, String option) {
        this.title = title;
        this.option = option;
    }

    /** What it is called in the table. */
    String title() {
        return title;
    }

    /** What a client asks over HTTP that does not want the answer without it. A chat cannot say that, and its client stays to the end. */
    ByteBuffer ask(String query, String... fields) {
        return this == CHAT ? Client.post("v1/chat/completions", String.format(CHAT_BODY, query), fields)
                // A character a chunk is what there is without an option.
                : Client.request(query + "?on-disconnect=cancel" + (this == TEXT_CHAR ? "" : "&" + option), fields);
    }

    /** Characters behind the text that are not of it: a line feed. */
    int tailLength() {
        return this == TEXT_ANY || this == TEXT_CHAR ? 1 : 0;
    }

    /** What finds the text in an answer. */
    Notation notation() {
        return switch (this) {
            case TEXT_CHAR, TEXT_ANY -> (in, client, nowNs) -> {
                client.text(in, in.position(), in.limit(), nowNs);
                in.position(in.limit());
            };
            case SSE -> new EventLines();
            case NDJSON, WS -> new TextMembers("text");
            case CHAT -> new TextMembers("content");
        };
    }

    /** A client that reads it over HTTP. */
    Client client(Client.Ear ear, boolean onlyCounts) {
        return this == TEXT_CHAR ? new Caller(ear, onlyCounts) : new Viewer(this, ear, onlyCounts);
    }

    /** A client that is about to follow this stream; {@link #follow} is what it has to ask. */
    Client follower(String stream, Client.Ear ear) {
        return this == WS ? new SocketViewer(stream, ear) : client(ear, false);
    }

    /** What a follower asks. */
    ByteBuffer follow(String stream) {
        return this == WS ? SocketViewer.HANDSHAKE.duplicate() : Client.request("v1/stream/" + stream + "?" + option);
    }
}
