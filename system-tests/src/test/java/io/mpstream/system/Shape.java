package io.mpstream.system;

import java.util.function.Supplier;

/** A way to get a stream: its format, and the option that says how. */
enum Shape {
    CHARACTERS("format=text&unit=char", RebuiltText::new),
    GRAPHEMES("format=text&unit=grapheme", RebuiltText::new),
    TEXT("format=text&unit=any", RebuiltText::new),
    EVENTS("format=sse", () -> new RebuiltEvents(false)),
    JSON_EVENTS("format=sse&data=json", () -> new RebuiltEvents(true)),
    LINES("format=ndjson", RebuiltLines::new);

    private final String options;
    private final Supplier<Rebuilt> rebuilt;

    Shape(String options, Supplier<Rebuilt> rebuilt) {
        this.options = options;
        this.rebuilt = rebuilt;
    }

    String options() {
        return options;
    }

    Rebuilt rebuilt() {
        return rebuilt.get();
    }

    boolean isText() {
        return ordinal() <= TEXT.ordinal();
    }

    boolean isEvents() {
        return this == EVENTS || this == JSON_EVENTS;
    }

    /** What of a text arrives: event lines cannot hold a carriage return. */
    String arriving(String text) {
        return this == EVENTS ? text.replace("\r\n", "\n").replace('\r', '\n') : text;
    }
}
