/** Spans of queries, for whoever exports them. Only an optional module knows what library does. */
package io.mpstream.trace;
