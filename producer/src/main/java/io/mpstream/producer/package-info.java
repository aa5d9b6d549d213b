/** The process that runs the user's responder. */
package io.mpstream.producer;
