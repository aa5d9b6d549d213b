package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/** How many one-character chunks a second reach clients that read as fast as they can. */
record Firehose(String title, int clients, String query) implements Workload {
    private static final double MILLION = 1e6;

    Firehose(int clients) {
        this("firehose, " + clients + (clients == 1 ? " client" : " clients"), clients);
    }

    Firehose(String title, int clients) {
        this(title, clients, "firehose");
    }

    /** Of text that is half ASCII, half Chinese. */
    static Firehose mixed() {
        return new Firehose("firehose, 1 client, mixed text", 1, "mixed");
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        Errors errors = new Errors();
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            ByteBuffer request = Client.request(query + "?on-disconnect=cancel");
            List<Client> callers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Client caller = loop.connect(new Caller(errors, true));
                caller.ask(request);
                callers.add(caller);
            }
            loop.runUntil(System.nanoTime() + effort.warmUpNs());
            SequencedMap<String, Usage> before = contender.usage();
            long startNs = System.nanoTime();
            long start = characters(callers);
            loop.runUntil(startNs + effort.measureNs());
            long elapsedNs = System.nanoTime() - startNs;
            double written = characters(callers) - start;
            if (callers.stream().anyMatch(caller -> caller.characters == 0)) {
                errors.add("a client has got nothing");
            }
            SequencedMap<String, Usage> after = contender.usage();
            return new Figures().put("M chunks/s", written / elapsedNs * 1e9 / MILLION)
                    .usage(before, after, elapsedNs).costs("ns/character", 1, written).put("errors", errors.count());
        }
    }

    private static long characters(List<Client> callers) {
        return callers.stream().mapToLong(caller -> caller.characters).sum();
    }
}
