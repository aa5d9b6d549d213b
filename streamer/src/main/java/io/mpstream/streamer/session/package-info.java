/** Sessions: one client following one stream, on its I/O thread. */
package io.mpstream.streamer.session;
