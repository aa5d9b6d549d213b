package io.mpstream.client;

/**
 * Where a stream stands.
 *
 * @param id     its name
 * @param state  {@code queued}, {@code started}, {@code completed}, {@code failed} or {@code cancelled}
 * @param offset bytes of its text so far
 */
public record StreamStatus(String id, String state, long offset) {
}
