/** What a request says, checked. Nothing here answers one. */
package io.mpstream.streamer.http.request;
