/** The data folder, and the life of a process from its command line to its exit code. */
package io.mpstream.process;
