package io.mpstream.protocol;

/**
 * An answer runs. Said each minute of each answer that has run for a minute or more, by the producer: whoever begins to read the response
 * journal within the last minute finds each of these answers, whole from here on, however long ago its query and its start have left.
 *
 * @param query  what is answered
 * @param offset bytes of text before this frame
 * @param atMs   wall-clock milliseconds when text or the start came last; for people and logs
 */
public record Running(Query query, long offset, long atMs) implements Frame {
}
