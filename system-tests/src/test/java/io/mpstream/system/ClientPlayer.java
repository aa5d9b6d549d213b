package io.mpstream.system;

import io.mpstream.client.Answer;
import io.mpstream.client.GoneException;
import io.mpstream.client.Listener;
import io.mpstream.client.Mpstream;
import io.mpstream.client.MpstreamException;
import io.mpstream.client.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** By the client library, which comes back by itself; only a cut is of this player's making, who then opens another answer where that one was. */
final class ClientPlayer extends Player implements Listener {
    /** One a server, as a program would have it: each has a thread. */
    private static final Map<Integer, Mpstream> CLIENTS = new ConcurrentHashMap<>();

    private final RebuiltLines got = new RebuiltLines();
    private volatile Answer answer;

    ClientPlayer(RunningServer server, Part part, CompletableFuture<String> stream) {
        super(server, part, stream);
    }

    @Override
    Rebuilt got() {
        return got;
    }

    @Override
    void request() throws IOException {
        Mpstream client = CLIENTS.computeIfAbsent(port(), port -> Mpstream.at(URI.create("http://localhost:" + port)));
        try (Answer opened = got.stream() == null ? client.ask(part().script().query()) : client.follow(got.stream(), got.offset())) {
            answer = opened;
            head(200, opened.id());
            opened.follow(this);
        } catch (GoneException e) {
            over(410, null, -1, e.getMessage());
        } catch (RefusedException e) {
            over(e.status(), null, -1, e.getMessage());
        } catch (MpstreamException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void line(String json) {
        byte[] line = (json + "\n").getBytes(StandardCharsets.UTF_8);
        got.take(line, 0, line.length);
        look();
    }

    @Override
    void cut(boolean isReset) {
        close();
    }

    @Override
    public void close() {
        Answer last = answer;
        if (last != null) {
            last.close();
        }
    }
}
