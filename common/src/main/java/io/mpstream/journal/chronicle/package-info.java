/** Journals in memory-mapped files. The only package that sees Chronicle Queue. */
package io.mpstream.journal.chronicle;
