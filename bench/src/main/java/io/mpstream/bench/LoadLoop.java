package io.mpstream.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** All clients of a workload on the one thread that made it. */
final class LoadLoop implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int WAIT_MS = 20;

    private final Selector selector;
    private final InetSocketAddress address;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final List<Client> clients = new ArrayList<>();
    private final Consumer<SelectionKey> onReady = key -> ((Client) key.attachment()).readable(buffer);

    LoadLoop(InetSocketAddress address) throws IOException {
        this.selector = Selector.open();
        this.address = address;
    }

    /** Connects one more client, and returns it. */
    Client connect(Client client) throws IOException {
        client.connect(selector, address);
        clients.add(client);
        return client;
    }

    /** Reads what is there now. */
    void poll() throws IOException {
        selector.selectNow(onReady);
    }

    /** Reads what comes until this moment. */
    void runUntil(long untilNs) throws IOException {
        runUntil(untilNs, () -> false);
    }

    /** Reads what comes until this moment, or until it is done; returns whether that is so. */
    boolean runUntil(long untilNs, BooleanSupplier isDone) throws IOException {
        while (!isDone.getAsBoolean()) {
            if (System.nanoTime() - untilNs >= 0) {
                return false;
            }
            selector.select(onReady, WAIT_MS);
        }
        return true;
    }

    /** All clients leave. */
    @Override
    public void close() throws IOException {
        clients.stream().filter(Client::isOpen).forEach(Client::close);
        selector.close();
    }
}
