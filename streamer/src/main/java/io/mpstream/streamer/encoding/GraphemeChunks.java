package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.Locale;

/**
 * Plain text for HTTP/1.1, one user-perceived character a chunk: an extended grapheme cluster (Unicode Standard Annex 29). Where
 * one ends is known when the next begins, so the last is kept back until then; a cluster of more than
 * {@link #CLUSTER_BYTES_MAX} bytes is cut between two code points.
 */
public final class GraphemeChunks implements Encoder {
    /** Longest cluster that is sent as one chunk. */
    static final int CLUSTER_BYTES_MAX = 1024;

    private static final byte[] LINE_FEED = Ascii.bytes("1\r\n\n\r\n");
    private static final int CHUNK_BYTES = ChunkFraming.HEAD_BYTES + ChunkFraming.TAIL_BYTES;
    /** Text looked at in a turn. */
    private static final int TURN_BYTES = 8 * 1024;

    /** A stateless encoder. */
    public GraphemeChunks() {
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.TEXT;
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        byte[] utf8 = piece.utf8();
        int to = Utf8.cut(utf8, piece.from(), Math.min(piece.to(), piece.from() + TURN_BYTES), piece.to());
        boolean isAll = to == piece.to() && piece.isLast();
        String text = new String(utf8, piece.from(), to - piece.from(), StandardCharsets.UTF_8);
        BreakIterator clusters = BreakIterator.getCharacterInstance(Locale.ROOT);
        clusters.setText(text);
        int at = piece.from();
        int unit = clusters.first();
        for (int next = clusters.next(); next != BreakIterator.DONE; next = clusters.next()) {
            int end = at + bytes(text, unit, next, utf8, at);
            boolean isTooLong = end - at > CLUSTER_BYTES_MAX;
            if (isTooLong) {
                end = Utf8.cut(utf8, at, at + CLUSTER_BYTES_MAX, to);
            } else if (end == to && !isAll) {
                break;
            }
            if (out.remaining() < end - at + CHUNK_BYTES) {
                break;
            }
            int start = ChunkFraming.begin(out);
            out.put(utf8, at, end - at);
            ChunkFraming.end(start, out);
            at = end;
            unit = next;
            if (isTooLong) {
                break;
            }
        }
        return at - piece.from();
    }

    /** Bytes of some of the text's UTF-16 units, which begin at this byte. */
    private static int bytes(String text, int fromUnit, int toUnit, byte[] utf8, int from) {
        int at = from;
        for (int i = fromUnit; i < toUnit; i++) {
            if (!Character.isLowSurrogate(text.charAt(i))) {
                at += Utf8.length(utf8[at]);
            }
        }
        return at - from;
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
