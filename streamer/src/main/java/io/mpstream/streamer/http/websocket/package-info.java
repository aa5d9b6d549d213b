/** The WebSocket: many streams on one connection (RFC 6455). */
package io.mpstream.streamer.http.websocket;
