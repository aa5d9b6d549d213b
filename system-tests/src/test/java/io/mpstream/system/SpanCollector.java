package io.mpstream.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Takes spans over OTLP/HTTP, in Protocol Buffers, as far as the tests read them. It can be away for a while. */
final class SpanCollector implements AutoCloseable {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
    private final int port;
    private HttpServer server;

    /** A span that came in; identifiers in hexadecimal digits, an empty string for no parent. */
    record Span(String service, String trace, String id, String parent, String name, long kind, long status, List<String> events, Map<String, String> attributes) {
    }

    SpanCollector() {
        open(0);
        port = server.getAddress().getPort();
    }

    private void open(int at) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
            server.createContext("/v1/traces", this::take);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String endpoint() {
        return "http://localhost:" + port;
    }

    /** Nobody listens any more. */
    void leave() {
        server.stop(0);
    }

    /** Listens again, where it did before. */
    void comeBack() {
        open(port);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** The span of a stream that a service tells, when it is there. */
    Span await(String service, String stream) {
        return Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> spans.stream()
                .filter(each -> each.service.equals(service) && stream.equals(each.attributes.get("mpstream.stream"))).findFirst(), found -> found.isPresent()).orElseThrow();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<Integer, List<Object>> request = message(exchange.getRequestBody().readAllBytes());
            for (Map<Integer, List<Object>> resource : messages(request, 1)) {
                String service = attributes(messages(resource, 1).getFirst(), 1).get("service.name");
                messages(resource, 2).forEach(scope -> messages(scope, 2).forEach(span -> spans.add(span(service, span))));
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Span span(String service, Map<Integer, List<Object>> span) {
        List<String> events = messages(span, 11).stream().map(event -> text(event, 2)).toList();
        long status = messages(span, 15).stream().mapToLong(each -> number(each, 3)).findFirst().orElse(0);
        return new Span(service, hex(span, 1), hex(span, 2), hex(span, 4), text(span, 5), number(span, 6), status, events, attributes(span, 9));
    }

    private static Map<String, String> attributes(Map<Integer, List<Object>> message, int field) {
        Map<String, String> all = new HashMap<>();
        for (Map<Integer, List<Object>> each : messages(message, field)) {
            Map<Integer, List<Object>> value = messages(each, 2).getFirst();
            all.put(text(each, 1), value.containsKey(1) ? text(value, 1) : String.valueOf(number(value, 3)));
        }
        return all;
    }

    private static byte[] bytes(Map<Integer, List<Object>> message, int field) {
        return message.containsKey(field) ? (byte[]) message.get(field).getFirst() : new byte[0];
    }

    private static String text(Map<Integer, List<Object>> message, int field) {
        return new String(bytes(message, field), StandardCharsets.UTF_8);
    }

    private static String hex(Map<Integer, List<Object>> message, int field) {
        return HexFormat.of().formatHex(bytes(message, field));
    }

    private static long number(Map<Integer, List<Object>> message, int field) {
        return message.containsKey(field) ? (Long) message.get(field).getFirst() : 0;
    }

    private static List<Map<Integer, List<Object>>> messages(Map<Integer, List<Object>> message, int field) {
        return message.getOrDefault(field, List.of()).stream().map(each -> message((byte[]) each)).toList();
    }

    /** The values of each field: numbers, or bytes. */
    private static Map<Integer, List<Object>> message(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, List<Object>> fields = new HashMap<>();
        while (in.hasRemaining()) {
            int key = (int) varint(in);
            fields.computeIfAbsent(key >>> 3, _ -> new ArrayList<>()).add(switch (key & 7) {
                case VARINT -> varint(in);
                case FIXED_64 -> in.getLong();
                case BYTES -> {
                    byte[] value = new byte[(int) varint(in)];
                    in.get(value);
                    yield value;
                }
                case FIXED_32 -> (long) in.getInt();
                default -> throw new IllegalArgumentException("wire type of " + key);
            });
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
