/**
 * JSON as the client needs it, since the JDK has none: {@link io.mpstream.client.json.JsonObject} reads it strictly,
 * {@link io.mpstream.client.json.JsonWriter} writes it.
 */
package io.mpstream.client.json;
