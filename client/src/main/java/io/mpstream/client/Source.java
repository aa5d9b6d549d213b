package io.mpstream.client;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Where an answer is read from: the requests that open it, and open it again where it was lost. */
sealed interface Source {
    /** The media type of lines. */
    String LINES = "application/x-ndjson";

    /** The request that goes on at this place. */
    HttpRequest.Builder request(Server server, Place place);

    /** A query, which is asked until the server has it and followed from then on: it has one key, so it is asked once. */
    record Asked(Question question, String key) implements Source {
        Asked(Question question) {
            this(question, UUID.randomUUID().toString());
        }

        @Override
        public HttpRequest.Builder request(Server server, Place place) {
            if (place.stream() != null) {
                return new Followed(0).request(server, place);
            }
            String options = option("responder", question.responder()) + option("on-disconnect", question.onDisconnect());
            return server.request("/v1/streams" + (options.isEmpty() ? "" : "?" + options.substring(1)))
                    .header("Accept", LINES).header("Content-Type", "application/json").header("Idempotency-Key", key)
                    .POST(HttpRequest.BodyPublishers.ofString(question.json()));
        }
    }

    /** A stream, read so many times as fast as it was written; 0 for as fast as it goes. */
    record Followed(double speed) implements Source {
        @Override
        public HttpRequest.Builder request(Server server, Place place) {
            String options = "?offset=" + place.offset() + (speed == 0 ? "" : option("speed", speed == Math.rint(speed) ? Long.toString((long) speed) : Double.toString(speed)));
            return server.request("/v1/stream/" + encode(place.stream()) + options).header("Accept", LINES);
        }
    }

    /** A feed, from its live end. */
    record Fed(String name) implements Source {
        @Override
        public HttpRequest.Builder request(Server server, Place place) {
            HttpRequest.Builder request = server.request("/v1/feed/" + encode(name)).header("Accept", LINES);
            return place.stream() == null || !place.isKnown() ? request : request.header("Last-Event-ID", place.stream() + ":" + place.offset());
        }
    }

    /** An option of a path, with the character that separates it from others; nothing if it is empty. */
    static String option(String name, String value) {
        return value.isEmpty() ? "" : "&" + name + "=" + encode(value);
    }

    /** As part of a path or of its options. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
