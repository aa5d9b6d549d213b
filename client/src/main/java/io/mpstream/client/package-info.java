/**
 * A client of MPStream's HTTP: {@link io.mpstream.client.Mpstream} asks, follows, lists and stops; an {@link io.mpstream.client.Answer} is read to
 * its end over as many connections as that takes.
 */
package io.mpstream.client;
