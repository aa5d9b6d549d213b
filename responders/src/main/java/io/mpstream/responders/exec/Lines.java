package io.mpstream.responders.exec;

import java.io.BufferedReader;
import java.io.IOException;

/** Reads lines of which each is bounded. */
final class Lines {
    private final BufferedReader in;
    private final int charsMax;
    private final StringBuilder line = new StringBuilder();

    Lines(BufferedReader in, int charsMax) {
        this.in = in;
        this.charsMax = charsMax;
    }

    /** The next line without its end, cut after so many characters; null if there is none. */
    String next() throws IOException {
        line.setLength(0);
        int c = in.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() < charsMax) {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
