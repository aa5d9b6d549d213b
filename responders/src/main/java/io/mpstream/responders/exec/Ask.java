package io.mpstream.responders.exec;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mpstream.responder.Query;
import java.util.Map;

/** A query as a program reads it: one line of JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Ask(String stream, String query, String user, Map<String, String> attributes, String textSoFar) {
    /** With what was written until now if the program is to go on from there, or null. */
    static Ask of(Query query, String textSoFar) {
        return new Ask(query.stream(), query.text(), query.user(), query.attributes(), textSoFar);
    }
}
