package io.mpstream.responders.openai;

import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import io.mpstream.responders.OptionValues;
import java.util.Map;

/** Names it {@code openai}. */
public final class OpenAiProvider implements ResponderProvider {
    /** For the service loader. */
    public OpenAiProvider() {
    }

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public Responder create(Map<String, String> settings) {
        return OpenAiResponder.of(UpstreamSettings.of(new OptionValues(settings)));
    }
}
