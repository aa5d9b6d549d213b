package io.mpstream.responders;

import io.mpstream.responder.Reply;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is written. */
final class Written implements Reply {
    final List<String> pieces = new ArrayList<>();

    @Override
    public void write(CharSequence text) {
        pieces.add(text.toString());
    }

    @Override
    public boolean cancelled() {
        return false;
    }
}
