package io.mpstream.streamer.admission;

import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.stream.Receipt;

/**
 * A cancel on its way to the journal. One that does not get there may be tried again.
 *
 * @param stream  to be cancelled
 * @param receipt of who asked for it, or null
 */
record Cancellation(LiveStream stream, Receipt receipt) implements Receipt {
    @Override
    public void accepted() {
        if (receipt != null) {
            receipt.accepted();
        }
    }

    @Override
    public void refused() {
        stream.cancelRefused();
        if (receipt != null) {
            receipt.refused();
        }
    }
}
