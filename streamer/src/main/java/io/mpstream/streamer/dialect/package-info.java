/** The APIs of others, as clients speak them: their requests as queries, and streams as their responses. Nothing here answers one. */
package io.mpstream.streamer.dialect;
