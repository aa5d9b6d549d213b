package io.mpstream.bench;

/** The viewers of one stream, whose texts are a {@link Stamp} and a number each. */
final class Audience {
    private static final int TEXT_LENGTH = Stamp.LENGTH + Work.NUMBER_LENGTH;

    private final Window window;
    private final boolean isFromStart;

    /**
     * Nobody yet.
     *
     * @param isFromStart whether each viewer must see the stream from its first text on
     */
    Audience(Window window, boolean isFromStart) {
        this.window = window;
        this.isFromStart = isFromStart;
    }

    /** One more. */
    Client.Ear viewer() {
        return new Viewing();
    }

    private final class Viewing implements Client.Ear {
        private int stamp;
        private int number;
        private int digits;
        /** The next text's; negative where any will do. */
        private int expected = isFromStart ? 0 : -1;
        /** When the first text was due, as far as is known: no text is made before it is due. */
        private long dueNs = Long.MAX_VALUE;

        @Override
        public void head(Client client) {
            window.begun++;
        }

        @Override
        public void character(Client client, byte character, long nowNs) {
            if (character == '\n') {
                return;
            }
            if (digits < Stamp.LENGTH) {
                stamp = Stamp.withDigit(stamp, character);
            } else {
                number = Stamp.withDigit(number, character);
            }
            if (++digits == TEXT_LENGTH) {
                text(nowNs);
                digits = 0;
                number = 0;
            }
        }

        private void text(long nowNs) {
            if (expected >= 0 && number != expected) {
                window.errors.add("a viewer had text " + number + " when " + expected + " was next");
            }
            expected = number + 1;
            long latencyNs = Stamp.elapsedNs(stamp, nowNs);
            dueNs = Math.min(dueNs, nowNs - latencyNs - number * Window.INTERVAL_NS);
            window.token(latencyNs, nowNs - dueNs - number * Window.INTERVAL_NS);
        }

        @Override
        public void end(Client client, long nowNs) {
            if (expected != window.tokens() || digits != 0) {
                window.errors.add("a viewer's last text was " + (expected - 1) + " of " + window.tokens());
            }
            window.whole++;
            window.finished++;
            client.close();
        }

        @Override
        public void failed(Client client, String reason) {
            window.errors.add("a viewer was cut: " + reason);
            window.finished++;
        }
    }
}
