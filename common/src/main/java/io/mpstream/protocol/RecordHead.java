package io.mpstream.protocol;

import io.mpstream.journal.MalformedRecordException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** What all records begin with, a version and a type of one byte each, and the strings inside them. */
final class RecordHead {
    /** The one version that is written, and read. */
    static final byte VERSION = 1;

    static final int SIZE = 2;
    /** Of a string: its length in bytes, as 32 bits. */
    static final int STRING_HEAD = Integer.BYTES;

    private RecordHead() {
    }

    static void put(ByteBuffer out, byte type) {
        out.put(VERSION).put(type);
    }

    /** Reads the head, then the rest by type; bytes that stop too early are malformed like any others. */
    static <T> T read(ByteBuffer in, IntFunction<T> rest) {
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new MalformedRecordException("record version " + version + ", this program knows " + VERSION);
            }
            return rest.apply(in.get());
        } catch (BufferUnderflowException e) {
            throw new MalformedRecordException("record cut short at byte " + in.position());
        }
    }

    static int sizeMax(String text) {
        int bytes = STRING_HEAD;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            // Each half of a surrogate pair counts as two of the pair's four bytes.
            bytes += unit < 0x80 ? 1 : unit < 0x800 || Character.isSurrogate(unit) ? 2 : 3;
        }
        return bytes;
    }

    /** Whoever made the record has seen to it that the text is well-formed: what is not must not become another. */
    static void put(ByteBuffer out, String text) {
        byte[] utf8 = Unicode.requireWellFormed("a string of a record", text).getBytes(StandardCharsets.UTF_8);
        out.putInt(utf8.length).put(utf8);
    }

    static String string(ByteBuffer in) {
        int length = length(in);
        String text = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    /** Reads a length that must lie within the bytes that are left. */
    static int length(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new MalformedRecordException("length " + length + " with " + in.remaining() + " bytes left");
        }
        return length;
    }

    static StreamId stream(ByteBuffer in) {
        return new StreamId(in.getLong(), in.getLong());
    }

    static void put(ByteBuffer out, StreamId stream) {
        out.putLong(stream.high()).putLong(stream.low());
    }
}
