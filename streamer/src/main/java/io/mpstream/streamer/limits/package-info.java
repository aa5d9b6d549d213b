/** What clients may take, and whose account it is on. */
package io.mpstream.streamer.limits;
