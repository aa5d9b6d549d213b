package io.mpstream.streamer.hub;

/**
 * A cancel on its way to the journal. One that does not get there may be tried again.
 *
 * @param stream  to be cancelled
 * @param receipt of who asked for it, or null
 */
record Cancelling(LiveStream stream, Receipt receipt) implements Receipt {
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
