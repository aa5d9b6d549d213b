package io.mpstream.system;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** From plain text: the bytes are the text, but for the line feed at the end. */
final class RebuiltText extends Rebuilt {
    private static final int UTF8_BYTES_MAX = 4;

    @Override
    void take(byte[] bytes, int from, int to) {
        append(bytes, from, to);
        offset(offset() + to - from);
    }

    @Override
    void whole(Map<String, String> trailers) {
        if (trailers.containsKey("stream-outcome")) {
            dropLineFeed();
            String digest = trailers.get("stream-digest");
            end(trailers.get("stream-outcome"),
                    HexFormat.of().formatHex(Base64.getDecoder().decode(digest.substring("sha-256=:".length(), digest.length() - 1))), null);
            if (Long.parseLong(trailers.get("stream-offset")) != offset()) {
                throw new AssertionError("trailers " + trailers + " after " + offset() + " bytes");
            }
        }
    }

    /** The end of the response is here, so the last byte was not text. */
    void dropLineFeed() {
        if (length() == 0 || utf8()[length() - 1] != '\n') {
            throw new AssertionError("no line feed at the end");
        }
        drop(1);
    }

    /** A character that has not come whole is not there yet. */
    @Override
    void lost() {
        for (int back = 1; back <= Math.min(UTF8_BYTES_MAX, length()); back++) {
            int b = utf8()[length() - back] & 0xFF;
            if (b < 0x80) {
                return;
            }
            if (b >= 0xC0) {
                int needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                drop(needed > back ? back : 0);
                return;
            }
        }
    }
}
