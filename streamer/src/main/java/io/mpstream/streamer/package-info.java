/** The process that holds the clients. */
package io.mpstream.streamer;
