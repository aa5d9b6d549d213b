/** Units of work polled in a loop, the thread that polls them, and a clock. */
package io.mpstream.agent;
