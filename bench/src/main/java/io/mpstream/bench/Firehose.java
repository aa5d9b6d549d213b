package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/** How many one-character chunks a second reach clients that read as fast as they can. */
record Firehose(String title, int clients) implements Workload {
    private static final double MILLION = 1e6;

    Firehose(int clients) {
        this("firehose, " + clients + (clients == 1 ? " client" : " clients"), clients);
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        Errors errors = new Errors();
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            ByteBuffer request = Client.request("firehose?on-disconnect=cancel");
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
            Figures figures = new Figures().put("M chunks/s", written / elapsedNs * 1e9 / MILLION);
            after.forEach((role, used) -> figures.put(role + " ns/character", used.minus(before.get(role)).cpuNs() / written));
            return figures.usage(before, after, elapsedNs).put("errors", errors.count());
        }
    }

    private static long characters(List<Client> callers) {
        return callers.stream().mapToLong(caller -> caller.characters).sum();
    }
}
