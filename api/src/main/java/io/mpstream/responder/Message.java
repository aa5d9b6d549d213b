package io.mpstream.responder;

/**
 * One message of a chat.
 *
 * @param role    {@code system}, {@code developer}, {@code user} or {@code assistant}
 * @param content what was said
 */
public record Message(String role, String content) {
}
