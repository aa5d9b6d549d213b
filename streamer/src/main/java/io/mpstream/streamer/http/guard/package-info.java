/** Guards between sockets and the HTTP server: bounds on connections, frames, heads and bodies. */
package io.mpstream.streamer.http.guard;
