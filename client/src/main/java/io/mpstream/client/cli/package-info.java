/** The client on a command line, which run.sh starts: a word, its options, and text on standard output. */
package io.mpstream.client.cli;
