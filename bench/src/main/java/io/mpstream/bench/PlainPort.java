package io.mpstream.bench;

import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Reply;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * MPStreamServer's design in Java, as one would write it in an afternoon: a process that generates, a process that
 * serves, a pipe between them; a thread a client; one write and one flush a character.
 */
final class PlainPort {
    /** The argument that makes a process the generating one. */
    static final String GENERATOR = "generator";

    private static final int WAITING_MAX = 1024;
    private static final int BACKLOG = 4096;
    /** In the place of a piece of text: there is no more. */
    private static final String END = new String("end");

    private final Map<Integer, BlockingQueue<String>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Process generator;
    private final DataOutputStream toGenerator;

    private PlainPort(Process generator) {
        this.generator = generator;
        this.toGenerator = new DataOutputStream(generator.getOutputStream());
    }

    /** With a port: serves it. With {@link #GENERATOR}: answers what comes on standard input. */
    public static void main(String[] args) throws IOException {
        if (args[0].equals(GENERATOR)) {
            new Generator().run();
            return;
        }
        List<String> command = Contender.java(Path.of(System.getProperty(Contender.ROOT)), GENERATOR, PlainPort.class, GENERATOR);
        new PlainPort(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start()).serve(Integer.parseInt(args[0]));
    }

    private void serve(int port) throws IOException {
        Thread.ofPlatform().name("pipe").start(this::readPipe);
        try (ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress())) {
            while (generator.isAlive()) {
                Socket client = server.accept();
                Thread.ofPlatform().name("client").start(() -> serve(client));
            }
        }
    }

    private void readPipe() {
        try (DataInputStream in = new DataInputStream(generator.getInputStream())) {
            while (true) {
                int id = in.readInt();
                boolean isEnd = in.readBoolean();
                String text = isEnd ? END : in.readUTF();
                BlockingQueue<String> queue = waiting.get(id);
                if (queue != null) {
                    queue.put(text);
                }
            }
        } catch (IOException | InterruptedException e) {
            System.exit(1);
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String query = line.substring(line.indexOf('/') + 1, line.lastIndexOf(' '));
                while (!line.isEmpty()) {
                    line = in.readLine();
                }
                answer(query, client.getOutputStream());
            }
        } catch (IOException | InterruptedException e) {
            // The client is gone.
        }
    }

    private void answer(String query, OutputStream out) throws IOException, InterruptedException {
        int id = ids.incrementAndGet();
        BlockingQueue<String> queue = new ArrayBlockingQueue<>(WAITING_MAX);
        waiting.put(id, queue);
        boolean isWhole = false;
        try {
            tell(id, query);
            out.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            for (String text = queue.take(); text != END; text = queue.take()) {
                for (int i = 0; i < text.length(); i++) {
                    out.write(("1\r\n" + text.charAt(i) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
            }
            out.write("1\r\n\n\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            isWhole = true;
        } finally {
            waiting.remove(id);
            // The pipe's thread may stand before a full queue.
            queue.clear();
            if (!isWhole) {
                tell(id, "");
            }
        }
    }

    /** Passes a query on; an empty one means that nobody wants the rest. */
    private void tell(int id, String query) throws IOException {
        synchronized (toGenerator) {
            toGenerator.writeInt(id);
            toGenerator.writeUTF(query);
            toGenerator.flush();
        }
    }

    /** The other process. */
    private static final class Generator {
        private final BenchResponder responder = new BenchResponder();
        private final Map<Integer, Pen> running = new ConcurrentHashMap<>();
        private final DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));

        void run() throws IOException {
            DataInputStream in = new DataInputStream(System.in);
            try {
                while (true) {
                    int id = in.readInt();
                    String query = in.readUTF();
                    if (query.isEmpty()) {
                        running.computeIfPresent(id, (_, pen) -> pen.cancel());
                    } else {
                        Pen pen = new Pen(id);
                        running.put(id, pen);
                        Thread.ofVirtual().start(() -> answer(Work.parse(query.replaceFirst("\\?.*", "")), pen));
                    }
                }
            } catch (EOFException e) {
                System.exit(0);
            }
        }

        private void answer(Work work, Pen pen) {
            try {
                responder.respond(work, pen);
            } catch (InterruptedException | CancelledException e) {
                // Its client is gone.
            } finally {
                running.remove(pen.id);
                pen.send(END);
            }
        }

        private final class Pen implements Reply {
            private final int id;
            private volatile boolean isCancelled;

            Pen(int id) {
                this.id = id;
            }

            Pen cancel() {
                isCancelled = true;
                return this;
            }

            @Override
            public void write(CharSequence text) {
                if (isCancelled) {
                    throw new CancelledException("nobody reads");
                }
                send(text.toString());
            }

            @Override
            public void note(String name, String value) {
                throw new UnsupportedOperationException("the plain port has no place for notes");
            }

            private void send(String text) {
                synchronized (out) {
                    try {
                        out.writeInt(id);
                        out.writeBoolean(text == END);
                        if (text != END) {
                            out.writeUTF(text);
                        }
                        out.flush();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }

            @Override
            public boolean cancelled() {
                return isCancelled;
            }
        }
    }
}
