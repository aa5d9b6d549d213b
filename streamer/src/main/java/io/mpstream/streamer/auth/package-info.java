/** Tokens, which say who asks: checked, issued and revoked. The only package that sees {@code com.nimbusds}; no HTTP server, no streams. */
package io.mpstream.streamer.auth;
