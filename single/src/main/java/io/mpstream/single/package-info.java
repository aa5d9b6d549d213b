/** Both processes as one, in memory. */
package io.mpstream.single;
