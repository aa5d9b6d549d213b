package io.mpstream.system;

import java.io.ByteArrayOutputStream;
import tools.jackson.databind.JsonNode;

/** From NDJSON: one object a line. */
final class RebuiltLines extends Rebuilt {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    void take(byte[] bytes, int from, int to) {
        int start = from;
        for (int at = from; at < to; at++) {
            if (bytes[at] == '\n') {
                line.write(bytes, start, at - start);
                start = at + 1;
                JsonNode object = JSON.readTree(line.toByteArray());
                line.reset();
                take(object);
            }
        }
        line.write(bytes, start, to - start);
    }

    private void take(JsonNode object) {
        if (object.has("text")) {
            exact(utf8(object.get("text").asString()), object.get("offset").asLong());
        } else if (object.has("end")) {
            end(object.get("end"));
        } else if (object.has("restarted")) {
            begin(object.get("restarted").get("stream").asString(), 0);
            event("restarted", object.get("restarted").toString());
        } else {
            String name = object.propertyNames().iterator().next();
            event(name, name.equals("phase") ? object.toString() : object.get(name).toString());
        }
    }

    @Override
    void lost() {
        line.reset();
    }
}
