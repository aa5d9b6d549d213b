/** The responders that ship: fake, and echo. */
package io.mpstream.responders;
