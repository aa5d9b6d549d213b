/** For tests of responders. */
package io.mpstream.responder.testing;
