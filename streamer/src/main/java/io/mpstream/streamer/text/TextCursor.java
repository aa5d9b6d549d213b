package io.mpstream.streamer.text;

import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.Utf8;

/** A place in a stream's text, for one who reads it. Confined to its reader's thread. */
public final class TextCursor {
    private final StreamText text;
    private long offset;
    private Block block;
    private int at;

    /** A cursor at an offset, whether there is text or not. */
    public TextCursor(StreamText text, long offset) {
        this.text = text;
        this.offset = offset;
    }

    /** Bytes of text before it. */
    public long offset() {
        return offset;
    }

    /** The block that holds the text after it, once {@link #enter} has found it. */
    public Block block() {
        return block;
    }

    /** Finds the text after it, which must have come; false if that has left the journal. */
    public boolean enter() {
        if (block == null) {
            block = text.block(offset);
            at = block == null ? 0 : Math.toIntExact(offset - block.offset);
        } else {
            // Once there is a next one this one's length is what it will be.
            Block following = block.next;
            if (following != null && at == block.length) {
                leaveBlock();
            }
        }
        return block != null && !block.isGone;
    }

    private void leaveBlock() {
        block = block.next;
        at = 0;
    }

    /** Whether it stands inside a character; its block's bytes must be at hand. */
    public boolean isInsideCharacter(byte[] utf8) {
        return at > 0 && Utf8.isContinuation(utf8[at]);
    }

    /**
     * The text after it, as much as is at hand.
     *
     * @param utf8     the bytes of its block
     * @param limit    an offset to stop at, at the latest
     * @param last     the offset behind which no text follows
     * @param gathered room for text that lies in several blocks
     * @param piece    is filled
     */
    public Piece piece(byte[] utf8, long limit, long last, byte[] gathered, Piece piece) {
        int length = (int) Math.min(block.length - at, limit - offset);
        boolean isAfterCr = at > 0 ? utf8[at - 1] == '\r' : block.isAfterCr;
        byte[] bytes = utf8;
        int from = at;
        if (offset + length < limit && length < gathered.length / 2) {
            length = gather(utf8, gathered, limit);
            bytes = gathered;
            from = 0;
        }
        return piece.set(text.stream(), offset, bytes, from, from + length, isAfterCr, offset + length == last);
    }

    /** Copies text of this block and the next ones, so that it can be encoded in one. */
    private int gather(byte[] own, byte[] target, long limit) {
        Block from = block;
        int start = at;
        int length = 0;
        while (from != null && offset + length < limit) {
            // Of its own block those that the caller holds: the block may have lost them since.
            byte[] utf8 = from == block ? own : from.utf8();
            if (utf8 == null) {
                break;
            }
            int available = (int) Math.min(from.length - start, limit - offset - length);
            int taken = Utf8.cut(utf8, start, start + Math.min(available, target.length - length), start + available) - start;
            System.arraycopy(utf8, start, target, length, taken);
            length += taken;
            if (taken < available) {
                break;
            }
            from = from.next;
            start = 0;
        }
        return length;
    }

    /** Moves over so many bytes of the text after it. */
    public void advance(int bytes) {
        offset += bytes;
        int left = bytes;
        while (left > block.length - at) {
            left -= block.length - at;
            leaveBlock();
        }
        at += left;
    }
}
