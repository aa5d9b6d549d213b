package io.mpstream.streamer.http.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is too much on a WebSocket is known by the heads of its frames. */
class WebSocketFramesTest {
    private static final int MAX = 1_000;
    private static final int TEXT = 1;
    private static final int PING = 9;
    private static final int LAST = 0x80;

    private int refused;
    private final WebSocketFrames frames = frames();

    private WebSocketFrames frames() {
        WebSocketFrames frames = new WebSocketFrames(MAX);
        frames.tell((code, why) -> refused = code);
        return frames;
    }

    /** A head, with a mask. */
    private static byte[] head(int first, long length, int lengthBytes) {
        ByteBuffer head = ByteBuffer.allocate(14).put((byte) first);
        switch (lengthBytes) {
            case 0 -> head.put((byte) (0x80 | length));
            case 2 -> head.put((byte) (0x80 | 126)).putShort((short) length);
            default -> head.put((byte) (0x80 | 127)).putLong(length);
        }
        return Arrays.copyOf(head.array(), head.putInt(0x01020304).position());
    }

    private static byte[] frame(int first, int length) {
        byte[] head = head(first, length, length < 126 ? 0 : length < 1 << 16 ? 2 : 8);
        return Arrays.copyOf(head, head.length + length);
    }

    private boolean take(byte[] bytes) {
        return frames.take(ByteBuffer.wrap(bytes));
    }

    @Test
    void lengthThatIsTooMuchIsRefusedWithItsLastByte() {
        for (long length : new long[] {MAX + 1, 1L << 31, 1L << 32, Long.MAX_VALUE}) {
            WebSocketFrames fresh = frames();
            byte[] head = Arrays.copyOf(head(LAST | TEXT, length, 8), 10);
            assertTrue(fresh.take(ByteBuffer.wrap(head, 0, 9)));
            assertFalse(fresh.take(ByteBuffer.wrap(head, 9, 1)));
            assertEquals(1009, refused);
        }
        assertFalse(take(head(TEXT, MAX + 1, 2)));
    }

    @Test
    void lengthWithItsTopBitSetIsNone() {
        for (long length : new long[] {Long.MIN_VALUE, -1, Long.MIN_VALUE | 5}) {
            assertFalse(frames().take(ByteBuffer.wrap(head(LAST | TEXT, length, 8))));
            assertEquals(1002, refused);
        }
    }

    @Test
    void messageIsBoundedInAllItsPieces() {
        assertTrue(take(frame(TEXT, 600)));
        assertTrue(take(frame(LAST | PING, 125)));
        assertTrue(take(frame(0, 400)));
        assertTrue(take(frame(LAST, 0)));
        assertTrue(take(frame(TEXT, 600)));
        assertFalse(take(head(0, 401, 2)));
        assertEquals(1009, refused);
    }

    @Test
    void framesOfAnyKindAreCounted() {
        for (byte[] frame : new byte[][] {frame(LAST | TEXT, 0), frame(0, 0), frame(LAST | PING, 0), frame(0, 1), frame(LAST | 0xA, 3)}) {
            WebSocketFrames fresh = frames();
            refused = 0;
            for (int i = 0; i < WebSocketFrames.FRAMES_MAX; i++) {
                assertTrue(fresh.take(ByteBuffer.wrap(frame)));
                // The message is over.
                fresh.take(ByteBuffer.wrap(new byte[0]));
            }
            assertFalse(fresh.take(ByteBuffer.wrap(frame)));
            assertEquals(1008, refused);
        }
    }

    @Test
    void framesAreFoundInWhateverPiecesTheyCome() {
        Fuzz.run(fuzz -> {
            WebSocketFrames fresh = frames();
            refused = 0;
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (int i = fuzz.upTo(20); i > 0; i--) {
                sent.writeBytes(frame(LAST | fuzz.pick(TEXT, PING), fuzz.oneIn(3) ? fuzz.upTo(MAX) : fuzz.upTo(125)));
            }
            byte[] all = sent.toByteArray();
            for (int at = 0; at < all.length; ) {
                int length = Math.min(all.length - at, 1 + fuzz.upTo(fuzz.oneIn(2) ? 3 : 500));
                assertTrue(fresh.take(ByteBuffer.wrap(all, at, length)));
                at += length;
            }
            assertEquals(0, refused);
            assertFalse(fresh.take(ByteBuffer.wrap(head(LAST | TEXT, MAX + 1, 2))), "the head is where it should be");
        });
    }
}
