package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** One client and its answer, of which it must get all. */
final class Reading implements Client.Ear {
    private static final long GIVE_UP_S = 60;

    private final Errors errors;
    private final Format format;
    private final long length;
    private String stream;
    private long endedNs;

    /**
     * A client that has not asked yet.
     *
     * @param length of the text, in bytes
     */
    Reading(Errors errors, Format format, long length) {
        this.errors = errors;
        this.format = format;
        this.length = length;
    }

    /** Returns the nanoseconds that it took. */
    long run(LoadLoop loop, ByteBuffer request) throws IOException {
        Client client = loop.connect(format.client(this, true));
        client.ask(request);
        loop.runUntil(client.askedNs + TimeUnit.SECONDS.toNanos(GIVE_UP_S), () -> !client.isOpen());
        if (client.isOpen()) {
            client.close();
            errors.add("it did not end: " + client.characters + " bytes came");
        }
        return endedNs - client.askedNs;
    }

    /** The stream that it got. */
    String stream() {
        return stream;
    }

    @Override
    public void head(Client client) {
        stream = client.field("Stream-Id");
    }

    @Override
    public void end(Client client, long nowNs) {
        endedNs = nowNs;
        if (client.characters != length + format.tailLength()) {
            errors.add(client.characters + " bytes of text came of " + length);
        }
        client.close();
    }

    @Override
    public void failed(Client client, String reason) {
        errors.add(reason);
    }
}
