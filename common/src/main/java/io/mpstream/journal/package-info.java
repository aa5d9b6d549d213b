/** Append-only sequences of records: the seam between the two processes. */
package io.mpstream.journal;
