package io.mpstream.responders.exec;

import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import io.mpstream.responders.OptionValues;
import java.util.Map;

/** Names it {@code exec}. */
public final class ExecProvider implements ResponderProvider {
    /** For the service loader. */
    public ExecProvider() {
    }

    @Override
    public String name() {
        return "exec";
    }

    @Override
    public Responder create(Map<String, String> settings) {
        ExecSettings exec = ExecSettings.of(new OptionValues(settings));
        return exec.isWorker() ? WorkerResponder.start(exec) : new ExecResponder(exec);
    }
}
