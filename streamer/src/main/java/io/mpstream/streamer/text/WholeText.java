package io.mpstream.streamer.text;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Reads the text of a stream that has ended, whole. Any thread that may wait. */
public final class WholeText {
    private WholeText() {
    }

    /**
     * Reads it.
     *
     * @return null if some of it has left the journal
     */
    public static String read(StreamText text, TextLoaders loaders) {
        byte[] all = new byte[Math.toIntExact(text.watermark())];
        int at = 0;
        for (Block block = text.block(0); block != null && at < all.length; block = block.next) {
            byte[] utf8 = bytes(block, text, loaders);
            if (utf8 == null || block.offset != at) {
                return null;
            }
            System.arraycopy(utf8, 0, all, at, block.length);
            at += block.length;
        }
        return at == all.length ? new String(all, StandardCharsets.UTF_8) : null;
    }

    private static byte[] bytes(Block block, StreamText text, TextLoaders loaders) {
        byte[] utf8 = block.utf8();
        while (utf8 == null && !block.isGone) {
            CompletableFuture<Void> loaded = new CompletableFuture<>();
            loaders.of(text).load(new TextWaiter() {
                @Override
                public void loaded() {
                    loaded.complete(null);
                }

                @Override
                public void timed(Timeline timeline) {
                    // Nobody asked for times.
                }
            }, text, block);
            loaded.join();
            utf8 = block.utf8();
        }
        return utf8;
    }
}
