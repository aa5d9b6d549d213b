package io.mpstream.protocol;

import io.mpstream.journal.MalformedRecordException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** What all records begin with, a kind: a version and a type of one byte each. And the strings inside them. */
final class RecordHead {
    /** Of records of the first version, which are read. */
    static final int FIRST = 0x0100;
    /** Of records of the version that is written. */
    static final int SECOND = 0x0200;

    static final int SIZE = Short.BYTES;
    /** Of a string: its length in bytes, as 32 bits. */
    static final int STRING_HEAD = Integer.BYTES;
    /** The length of a string that is not there. */
    private static final int NULL = -1;

    private RecordHead() {
    }

    static void put(ByteBuffer out, int kind) {
        out.putShort((short) kind);
    }

    /** Reads the head, then the rest by kind; bytes that stop too early are malformed like any others. */
    static <T> T read(ByteBuffer in, IntFunction<T> rest) {
        try {
            return rest.apply(Short.toUnsignedInt(in.getShort()));
        } catch (BufferUnderflowException e) {
            throw new MalformedRecordException("record cut short at byte " + in.position());
        }
    }

    static MalformedRecordException unknown(int kind) {
        return new MalformedRecordException("a record of kind %04x, which this program does not know".formatted(kind));
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

    static int sizeMaxOrNull(String text) {
        return text == null ? STRING_HEAD : sizeMax(text);
    }

    static void putOrNull(ByteBuffer out, String text) {
        if (text == null) {
            out.putInt(NULL);
        } else {
            put(out, text);
        }
    }

    static String stringOrNull(ByteBuffer in) {
        if (in.getInt() == NULL) {
            return null;
        }
        in.position(in.position() - STRING_HEAD);
        return string(in);
    }

    static int sizeMax(Map<String, String> strings) {
        int bytes = Integer.BYTES;
        for (Map.Entry<String, String> each : strings.entrySet()) {
            bytes += sizeMax(each.getKey()) + sizeMax(each.getValue());
        }
        return bytes;
    }

    static void put(ByteBuffer out, Map<String, String> strings) {
        out.putInt(strings.size());
        putEach(out, strings);
    }

    /** Without their number. */
    static void putEach(ByteBuffer out, Map<String, String> strings) {
        strings.forEach((name, value) -> {
            put(out, name);
            put(out, value);
        });
    }

    static Map<String, String> strings(ByteBuffer in) {
        return strings(in, in.getInt());
    }

    static Map<String, String> strings(ByteBuffer in, int count) {
        if (count < 0 || count > in.remaining() / (2 * STRING_HEAD)) {
            throw new MalformedRecordException(count + " names with " + in.remaining() + " bytes left");
        }
        Map<String, String> strings = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            strings.put(string(in), string(in));
        }
        return strings;
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
