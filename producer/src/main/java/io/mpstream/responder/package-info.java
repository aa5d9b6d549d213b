/**
 * What the author of a responder sees: implement {@link io.mpstream.responder.Responder}, write to the
 * {@link io.mpstream.responder.Reply}.
 */
package io.mpstream.responder;
