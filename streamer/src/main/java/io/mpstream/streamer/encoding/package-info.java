/** Text as the bytes of a client's format: pure functions, no I/O. */
package io.mpstream.streamer.encoding;
