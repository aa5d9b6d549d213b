/** Responses: heads, small ones whole, problems, and streams over HTTP/1 and HTTP/2. */
package io.mpstream.streamer.http.response;
