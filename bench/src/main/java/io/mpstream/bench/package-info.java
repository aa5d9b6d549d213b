/** Measures this project beside others that do the same work, on the same machine in the same run. */
package io.mpstream.bench;
