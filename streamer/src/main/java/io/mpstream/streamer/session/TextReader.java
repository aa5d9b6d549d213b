package io.mpstream.streamer.session;

import io.mpstream.streamer.text.Block;
import io.mpstream.streamer.text.StreamText;
import io.mpstream.streamer.text.TextCursor;
import io.mpstream.streamer.text.TextLoaders;
import io.mpstream.streamer.text.TextWaiter;
import io.mpstream.streamer.text.Timeline;

/**
 * A session's reading of its stream's text: where it stands, at which pace it goes on, and whether it waits for text that is in memory no more.
 * Confined to the session's I/O thread except where a method says otherwise.
 */
final class TextReader implements TextWaiter {
    private final TextLoaders loaders;
    private final PumpLoop loop;
    private final Runnable wake;
    private StreamText text;
    private TextCursor cursor;
    /** Null without one, and from when it has come to the live end. */
    private Pacer pace;
    private volatile boolean isAwaiting;

    /**
     * Reads a text from where its course begins.
     *
     * @param loaders have text read again
     * @param wake    tells the session, on any thread, that there may be more
     */
    TextReader(StreamText text, FollowOptions options, TextLoaders loaders, PumpLoop loop, Runnable wake) {
        this.loaders = loaders;
        this.loop = loop;
        this.wake = wake;
        this.pace = options.speed() > 0 ? new Pacer(options.speed()) : null;
        enter(text, options.offset());
    }

    /** Reads this text from now on. */
    void enter(StreamText text, long offset) {
        this.text = text;
        this.cursor = new TextCursor(text, offset);
    }

    TextCursor cursor() {
        return cursor;
    }

    /** The bytes of the block that it stands in; null while they are being read from the journal. */
    byte[] utf8() {
        byte[] utf8 = cursor.block().utf8();
        if (utf8 == null) {
            load(cursor.block());
        }
        return utf8;
    }

    private void load(Block block) {
        if (!isAwaiting) {
            isAwaiting = true;
            loaders.of(text).load(this, text, block);
        }
    }

    /**
     * The encoder keeps back all that is at hand until it sees what follows, up to a limit: asks for that if it is in the journal alone.
     */
    void loadAhead(long limit) {
        for (Block block = cursor.block().next; block != null && block.offset < limit; block = block.next) {
            if (block.utf8() == null) {
                load(block);
                break;
            }
        }
    }

    @Override
    public void loaded() {
        isAwaiting = false;
        wake.run();
    }

    @Override
    public void timed(Timeline timeline) {
        loop.execute(() -> {
            if (pace != null) {
                pace.timed(cursor.block(), timeline);
                // Its times have left the journal: without pauses, then.
                pace = pace.knows(cursor.block(), cursor.offset()) ? pace : null;
            }
            loaded();
        });
    }

    /** At the live end the pauses are the text's own. */
    void atLiveEnd() {
        pace = null;
    }

    /** The offset up to which the text may go by now, at most a limit; the cursor if it must wait, and then a wake is on its way. */
    long due(long limit) {
        if (pace == null) {
            return limit;
        }
        if (pace.knows(cursor.block(), cursor.offset())) {
            return Math.min(limit, pace.limit(cursor.offset(), loop, wake));
        }
        if (!isAwaiting) {
            isAwaiting = true;
            loaders.of(text).time(this, text, cursor.block());
        }
        return cursor.offset();
    }
}
