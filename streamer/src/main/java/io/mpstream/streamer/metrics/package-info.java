/** The names under which what the streamer counts is told. */
package io.mpstream.streamer.metrics;
