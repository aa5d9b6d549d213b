package io.mpstream.client.cli;

import io.mpstream.client.Listener;
import java.time.Duration;

/** Prints an answer as it comes: its text, or the server's lines. */
final class Printer implements Listener {
    private final Screen screen;
    private final boolean isJson;

    Printer(Screen screen, boolean isJson) {
        this.screen = screen;
        this.isJson = isJson;
    }

    @Override
    public void line(String json) {
        if (isJson) {
            screen.line(json);
        }
    }

    @Override
    public void text(String piece) {
        if (!isJson) {
            screen.print(piece);
        }
    }

    @Override
    public void queued(long place, Duration estimate) {
        screen.note("place " + place + " in the queue" + (estimate == null ? "" : ", about " + Math.max(1, estimate.toSeconds()) + " s"));
    }

    @Override
    public void started() {
        screen.note("started");
    }

    @Override
    public void silent(Duration silence) {
        screen.note("silent for " + silence.toSeconds() + " s");
    }

    @Override
    public void lost(String why) {
        screen.note("the connection is lost, and is made again");
    }

    @Override
    public void skipped() {
        screen.complain("text of the feed had left before it was read");
    }
}
