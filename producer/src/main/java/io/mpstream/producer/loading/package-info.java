/** From {@code --responder} to a responder: finds it, compiles it if it is a source file, makes it. */
package io.mpstream.producer.loading;
