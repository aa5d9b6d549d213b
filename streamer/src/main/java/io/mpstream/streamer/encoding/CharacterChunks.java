package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Plain text for HTTP/1.1, one code point a chunk (RFC 9112, section 7.1): many chunks in one buffer, so that a system
 * call carries as many as fit. Then a line feed, the last chunk and the trailers.
 */
public final class CharacterChunks implements Encoder {
    private static final byte[] LINE_FEED = "1\r\n\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** Size, CRLF, four bytes, CRLF; one spare byte, because a chunk of up to three bytes is written as eight. */
    private static final int CHUNK_BYTES_MAX = 10;

    /** A stateless encoder. */
    public CharacterChunks() {
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.TEXT;
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        byte[] utf8 = piece.utf8();
        int at = piece.from();
        int to = piece.to();
        int put = out.position();
        int last = out.limit() - CHUNK_BYTES_MAX;
        while (at < to && put <= last) {
            int length = Utf8.length(utf8[at]);
            // The buffer is big-endian: the first byte on the wire is the highest of the word.
            switch (length) {
                case 1 -> {
                    out.putLong(put, 0x310D_0A00_0D0A_0000L | (long) utf8[at] << 32);
                    put += 6;
                }
                case 2 -> {
                    out.putLong(put, 0x320D_0A00_000D_0A00L | (utf8[at] & 0xFFL) << 32 | (utf8[at + 1] & 0xFFL) << 24);
                    put += 7;
                }
                case 3 -> {
                    out.putLong(put, 0x330D_0A00_0000_0D0AL | (utf8[at] & 0xFFL) << 32 | (utf8[at + 1] & 0xFFL) << 24
                            | (utf8[at + 2] & 0xFFL) << 16);
                    put += 8;
                }
                default -> {
                    out.putLong(put, 0x340D_0A00_0000_000DL | (utf8[at] & 0xFFL) << 32 | (utf8[at + 1] & 0xFFL) << 24
                            | (utf8[at + 2] & 0xFFL) << 16 | (utf8[at + 3] & 0xFFL) << 8);
                    out.put(put + 8, (byte) '\n');
                    put += 9;
                }
            }
            at += length;
        }
        out.position(put);
        return at - piece.from();
    }

    @Override
    public void end(End end, ByteBuffer out) {
        out.put(LINE_FEED);
        ChunkFraming.last(end, out);
    }

    @Override
    public void stop(ByteBuffer out) {
        ChunkFraming.last(out);
    }
}
