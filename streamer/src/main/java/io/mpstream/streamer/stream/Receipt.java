package io.mpstream.streamer.stream;

/** Who wants to know what became of a request. Called on the thread that appends. */
public interface Receipt {
    /** It is in the journal: it survives the death of any process. */
    void accepted();

    /** It could not be put there. */
    void refused();
}
