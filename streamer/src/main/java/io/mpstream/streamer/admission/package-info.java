/** Queries on their way in: taken or refused, counted, written to the request journal, waiting for their turn. */
package io.mpstream.streamer.admission;
