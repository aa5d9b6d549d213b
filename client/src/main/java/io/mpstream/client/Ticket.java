package io.mpstream.client;

import java.net.URI;

/**
 * Lets whoever has it follow one stream, or one feed, for a while.
 *
 * @param ticket as the option {@code ticket} takes it
 * @param url    where it is good, with the ticket
 */
public record Ticket(String ticket, URI url) {
}
