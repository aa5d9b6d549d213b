/** Routes, handlers, sinks. The only package that sees Undertow. */
package io.mpstream.streamer.http;
