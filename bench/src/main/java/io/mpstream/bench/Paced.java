package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Many streams at the pace of a language model. Each token says when it was made; {@code p…} is the time from there to
 * the client, {@code due p…} that from when it should have been made, which a stall of the generator is part of. Every
 * stream is read to its end and must have every token.
 */
record Paced(String title, int streams, Format format) implements Workload {
    Paced(int streams) {
        this(title(streams), streams, Format.TEXT_CHAR);
    }

    Paced(int streams, Format format) {
        this(title(streams) + ", " + format.title(), streams, format);
    }

    private static String title(int streams) {
        return String.format(Locale.ROOT, "paced, %,d streams", streams);
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        Window window = new Window(streams, false, effort);
        ByteBuffer request = format.ask("paced/" + Window.INTERVAL_MS + "/" + window.tokens());
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            window.run(loop, contender, effort, () -> loop.connect(format.client(new Stream(window), false)).ask(request));
            return window.figures();
        }
    }

    private static final class Stream implements Client.Ear {
        private final Window window;
        private int token;
        private int digits;
        /** When the first token was due, as far as is known: no token is made before it is due. */
        private long dueNs = Long.MAX_VALUE;
        private int tokens;

        Stream(Window window) {
            this.window = window;
        }

        @Override
        public void head(Client client) {
            window.begun++;
        }

        @Override
        public void character(Client client, byte character, long nowNs) {
            if (character == '\n') {
                return;
            }
            token = Stamp.withDigit(token, character);
            if (++digits == Stamp.LENGTH) {
                digits = 0;
                token(nowNs);
            }
        }

        private void token(long nowNs) {
            long latencyNs = Stamp.elapsedNs(token, nowNs);
            dueNs = Math.min(dueNs, nowNs - latencyNs - tokens * Window.INTERVAL_NS);
            window.token(latencyNs, nowNs - dueNs - tokens * Window.INTERVAL_NS);
            tokens++;
        }

        @Override
        public void end(Client client, long nowNs) {
            if (tokens != window.tokens() || digits != 0) {
                window.errors.add("a stream had " + tokens + " tokens of " + window.tokens());
            }
            window.whole++;
            window.finished++;
            client.close();
        }

        @Override
        public void failed(Client client, String reason) {
            window.errors.add(reason);
            window.finished++;
        }
    }
}
