/** The JSON documents of clients, as records: what they send and what they get. */
package io.mpstream.streamer.json;
