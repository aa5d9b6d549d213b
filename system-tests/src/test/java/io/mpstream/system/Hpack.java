package io.mpstream.system;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Header fields of HTTP/2 (RFC 7541), read and written by one who says that his table holds nothing. */
final class Hpack {
    private static final int INDEXED = 0x80;
    private static final int INCREMENTAL = 0x40;
    private static final int TABLE_SIZE = 0x20;

    /** Appendix A: name and value, or a name alone. The first has the number 1. */
    private static final String[] TABLE = """
            :authority
            :method GET
            :method POST
            :path /
            :path /index.html
            :scheme http
            :scheme https
            :status 200
            :status 204
            :status 206
            :status 304
            :status 400
            :status 404
            :status 500
            accept-charset
            accept-encoding gzip, deflate
            accept-language
            accept-ranges
            accept
            access-control-allow-origin
            age
            allow
            authorization
            cache-control
            content-disposition
            content-encoding
            content-language
            content-length
            content-location
            content-range
            content-type
            cookie
            date
            etag
            expect
            expires
            from
            host
            if-match
            if-modified-since
            if-none-match
            if-range
            if-unmodified-since
            last-modified
            link
            location
            max-forwards
            proxy-authenticate
            proxy-authorization
            range
            referer
            refresh
            retry-after
            server
            set-cookie
            strict-transport-security
            transfer-encoding
            user-agent
            vary
            via
            www-authenticate
            """.split("\n");

    /** Appendix B: of each byte's code the length, as a letter from A for 5; the code is canonical. */
    private static final String LENGTHS = "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
            + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIXPRPPRRRSRSSSSSTSTTRSTSSSSQRSRSST"
            + "RQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV";
    private static final int LENGTH_MIN = 5;
    private static final int LENGTH_MAX = 30;
    private static final Map<Integer, Integer> SYMBOLS = symbols();

    private Hpack() {
    }

    /** A code with a one before it, and the byte that it stands for. */
    private static Map<Integer, Integer> symbols() {
        Map<Integer, Integer> symbols = new HashMap<>();
        int code = 0;
        for (int length = LENGTH_MIN; length < LENGTH_MAX; length++) {
            for (int symbol = 0; symbol < LENGTHS.length(); symbol++) {
                if (LENGTHS.charAt(symbol) - 'A' + LENGTH_MIN == length) {
                    symbols.put(1 << length | code++, symbol);
                }
            }
            code <<= 1;
        }
        return symbols;
    }

    /** A field as a literal that nobody remembers. */
    static void write(String name, String value, ByteArrayOutputStream out) {
        out.write(0);
        writeString(name, out);
        writeString(value, out);
    }

    private static void writeString(String text, ByteArrayOutputStream out) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int rest = bytes.length - 127;
        out.write(Math.min(127, bytes.length));
        for (; rest >= 128; rest >>= 7) {
            out.write(rest & 127 | 128);
        }
        if (rest >= 0) {
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    /** The fields of a whole block. */
    static Map<String, String> read(byte[] block) {
        Map<String, String> fields = new LinkedHashMap<>();
        ByteBuffer in = ByteBuffer.wrap(block);
        while (in.hasRemaining()) {
            int first = in.get(in.position()) & 0xFF;
            if ((first & INDEXED) != 0) {
                String[] field = TABLE[number(in, 7) - 1].split(" ", 2);
                fields.put(field[0], field.length > 1 ? field[1] : "");
            } else if ((first & INCREMENTAL) == 0 && (first & TABLE_SIZE) != 0) {
                number(in, 5);
            } else {
                int index = number(in, (first & INCREMENTAL) != 0 ? 6 : 4);
                String name = index == 0 ? string(in) : TABLE[index - 1].split(" ", 2)[0];
                fields.put(name, string(in));
            }
        }
        return fields;
    }

    private static int number(ByteBuffer in, int bits) {
        int mask = (1 << bits) - 1;
        int number = in.get() & mask;
        if (number == mask) {
            int shift = 0;
            int b;
            do {
                b = in.get();
                number += (b & 127) << shift;
                shift += 7;
            } while (b < 0);
        }
        return number;
    }

    private static String string(ByteBuffer in) {
        boolean isHuffman = in.get(in.position()) < 0;
        byte[] bytes = new byte[number(in, 7)];
        in.get(bytes);
        return isHuffman ? decode(bytes) : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String decode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int code = 1;
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            code = code << 1 | bytes[bit / 8] >> 7 - bit % 8 & 1;
            Integer symbol = SYMBOLS.get(code);
            if (symbol != null) {
                text.append((char) (int) symbol);
                code = 1;
            }
        }
        return text.toString();
    }
}
