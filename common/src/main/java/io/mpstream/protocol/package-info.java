/** The records of the two journals, and how they are written as bytes. */
package io.mpstream.protocol;
