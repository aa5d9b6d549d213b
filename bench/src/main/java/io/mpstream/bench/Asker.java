package io.mpstream.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/** What connections that ask for one short answer after the other have in common: each asks again when its answer is whole. */
final class Asker implements Client.Ear {
    final Histogram latencies = Figures.latencies();
    final Errors errors = new Errors();
    /** Whole answers. */
    long answers;

    private final Format format;
    private final ByteBuffer request;
    private final int length;

    Asker(Format format, String... credentials) {
        this.format = format;
        request = format.ask("short", credentials);
        length = Work.SHORT.length() + format.tailLength();
    }

    /** So many connections ask from now on. */
    void begin(LoadLoop loop, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            loop.connect(format.client(this, false)).ask(request);
        }
    }

    /** Forgets what came so far. */
    void reset() {
        latencies.reset();
        answers = 0;
    }

    @Override
    public void character(Client client, byte character, long nowNs) {
        if (client.characters == 1) {
            latencies.recordValue(nowNs - client.askedNs);
        }
    }

    @Override
    public void end(Client client, long nowNs) {
        if (client.characters != length) {
            errors.add("a short answer had " + client.characters + " characters");
        }
        answers++;
        try {
            client.ask(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void failed(Client client, String reason) {
        errors.add(reason);
    }
}
