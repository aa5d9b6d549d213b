package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One stream and many who watch it. They join while it runs; each must have every text once from its first one on, in their order,
 * up to the end. {@code p…} is from when a text was made to when a viewer has read it, {@code due p…} from when it should
 * have been made.
 */
record FanOut(int viewers, Format format) implements Workload {
    @Override
    public String title() {
        return String.format(Locale.ROOT, "fan-out, %,d viewers, %s", viewers, format.title());
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        Window window = new Window(viewers, true, effort);
        String query = "fan-out/" + Window.INTERVAL_MS + "/" + window.tokens();
        boolean isFromStart = contender.contender() == Contender.MPSTREAM;
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            // The ceiling knows no streams by name: whoever asks while it runs sees the same.
            String stream = isFromStart ? stream(loop, query) : "";
            ByteBuffer request = isFromStart ? format.follow(stream) : Client.request(query);
            Audience audience = new Audience(window, isFromStart);
            window.run(loop, contender, effort, () -> loop.connect(format.follower(stream, audience.viewer())).ask(request));
            return window.figures();
        }
    }

    /** Asks, and leaves when the stream has its name. */
    private static String stream(LoadLoop loop, String query) throws IOException {
        String[] name = {null};
        Errors errors = new Errors();
        Client.Ear ear = new Client.Ear() {
            @Override
            public void head(Client client) {
                name[0] = client.field("Stream-Id");
                client.close();
            }

            @Override
            public void failed(Client client, String reason) {
                errors.add(reason);
            }
        };
        loop.connect(Format.TEXT_ANY.client(ear, true)).ask(Client.request(query + "?on-disconnect=continue"));
        loop.runUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(Window.END_S), () -> name[0] != null || errors.count() > 0);
        if (name[0] == null) {
            throw new IOException("the stream to watch did not begin");
        }
        return name[0];
    }
}
