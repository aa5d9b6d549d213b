/**
 * All that the author of a responder compiles against: implement {@link io.mpstream.responder.Responder}, write to the
 * {@link io.mpstream.responder.Reply}.
 */
package io.mpstream.responder;
