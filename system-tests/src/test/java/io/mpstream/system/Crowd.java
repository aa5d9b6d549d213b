package io.mpstream.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Thousands of viewers of one feed of numbered texts of one length, all on the thread of the test. Nobody keeps text: each compares it as it comes. */
final class Crowd implements AutoCloseable {
    private static final int NUMBER_LENGTH = 9;

    private final Selector selector;
    private final InetSocketAddress address;
    private final String path;
    private final int textLength;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private final List<Member> members = new ArrayList<>();

    Crowd(RunningServer server, String path, int textLength) throws IOException {
        this.selector = Selector.open();
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.address().getPort());
        this.path = path;
        this.textLength = textLength;
    }

    /** One viewer. */
    final class Member {
        private final Shape shape;
        private final int receiveBytes;
        private SocketChannel channel;
        private SelectionKey key;
        private Rebuilt rebuilt;
        private Incoming incoming;
        /** Bytes of text before what comes next; -1 until that is known. */
        private long place;
        private String head = "";

        private Member(Shape shape, long place, int receiveBytes) {
            this.shape = shape;
            this.place = place;
            this.receiveBytes = receiveBytes;
            this.rebuilt = shape.rebuilt();
            rebuilt.giveTo(this::compare);
        }

        private void open(String options, String field) throws IOException {
            channel = SocketChannel.open();
            if (receiveBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
            }
            channel.connect(address);
            String request = "GET " + path + "?" + shape.options() + options + " HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            incoming = new Incoming(rebuilt, null);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        private void read() throws IOException {
            int read = channel.read(buffer.clear());
            if (read < 0) {
                throw new AssertionError("a viewer was cut off at " + place + ": " + incoming.status() + " " + incoming.problem());
            }
            incoming.take(buffer.array(), read);
        }

        private void compare(byte[] utf8, int from, int to) {
            int at = from;
            while (place < 0 && at < to) {
                head += (char) utf8[at++];
                if (head.length() == NUMBER_LENGTH) {
                    place = Long.parseLong(head) * textLength + NUMBER_LENGTH;
                }
            }
            while (at < to) {
                int inText = (int) (place % textLength);
                int expected = inText < NUMBER_LENGTH ? digit(place / textLength, inText) : inText == textLength - 1 ? '\n' : 'x';
                if (utf8[at] != expected) {
                    throw new AssertionError(shape + " got " + (char) utf8[at] + " at " + place + " instead of " + (char) expected);
                }
                at++;
                place++;
            }
        }

        private static int digit(long number, int index) {
            long left = number;
            for (int i = NUMBER_LENGTH - 1; i > index; i--) {
                left /= 10;
            }
            return (int) ('0' + left % 10);
        }

        /** Bytes of text that it has come to; -1 before it has seen any. */
        long place() {
            return place;
        }

        boolean hasHead() {
            return incoming.hasHead();
        }

        /** Stops reading. */
        void stall() {
            key.interestOps(0);
        }

        /** Reads on. */
        void readOn() {
            key.interestOps(SelectionKey.OP_READ);
        }

        /** Leaves, and comes back for what it has missed. */
        void resume() throws IOException {
            channel.close();
            rebuilt.lost();
            if (rebuilt instanceof RebuiltEvents events) {
                open("", "Last-Event-ID: " + events.lastId() + "\r\n");
            } else {
                open("&offset=" + place, "");
            }
        }
    }

    /** One more; it joins at the live end, or at this offset if that is not negative. */
    Member join(Shape shape, long offset, int receiveBytes) throws IOException {
        Member member = new Member(shape, offset, receiveBytes);
        member.rebuilt.offset(offset);
        member.open(offset < 0 ? "" : "&offset=" + offset, "");
        members.add(member);
        return member;
    }

    List<Member> members() {
        return members;
    }

    /** Reads what comes until this is so. */
    void until(BooleanSupplier isSo, int secondsMax) throws IOException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not within " + secondsMax + " s: " + members.stream().mapToLong(Member::place).summaryStatistics());
            }
            for (int i = 0; i < 20; i++) {
                selector.select(key -> {
                    try {
                        ((Member) key.attachment()).read();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }, 10);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
    }
}
