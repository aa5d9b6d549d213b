/** Streams, the sessions that follow them, and the hub that feeds both from the response journal. No HTTP here. */
package io.mpstream.streamer.hub;
