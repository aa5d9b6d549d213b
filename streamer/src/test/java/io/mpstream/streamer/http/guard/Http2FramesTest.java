package io.mpstream.streamer.http.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a client may send, whatever pieces it comes in. */
class Http2FramesTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int HEAD_BYTES_MAX = 1_000;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;

    private final Http2Frames frames = new Http2Frames(HEAD_BYTES_MAX);
    private long nowMs = 100_000;

    @Test
    void http1IsNoneOfItsBusiness() {
        assertTrue(take("POST / HTTP/1.1\r\n"));
        assertTrue(frames.isOther());
        assertEquals(0, frames.unfinishedMs(nowMs));
    }

    @Test
    void headIsWholeWithItsLastFrameInWhateverPiecesItComes() {
        String sent = PREFACE + frame(4, 0, 12) + frame(HEADERS, 0, 300) + frame(CONTINUATION, 0, 0) + frame(CONTINUATION, END_HEADERS, 5);
        for (int i = 0; i < sent.length(); i++) {
            assertFalse(frames.hasAsked() && i < sent.length() - 5, "at " + i);
            assertTrue(take(sent.substring(i, i + 1)));
        }
        assertTrue(frames.hasAsked());
        assertEquals(0, frames.unfinishedMs(nowMs));
    }

    @Test
    void whatIsUnfinishedIsTimedButForBodies() {
        assertTrue(take(PREFACE + frame(HEADERS, 0, 10)));
        nowMs += 50;
        assertTrue(take(frame(CONTINUATION, 0, 10)));
        assertEquals(50, frames.unfinishedMs(nowMs));
        assertTrue(take(frame(CONTINUATION, END_HEADERS, 10)));
        assertEquals(0, frames.unfinishedMs(nowMs));
        assertTrue(take(frame(DATA, 0, 10).substring(0, 15)));
        nowMs += 50;
        assertEquals(0, frames.unfinishedMs(nowMs));
        assertTrue(take("xxxx" + frame(PING, 0, 8).substring(0, 10)));
        nowMs += 70;
        assertEquals(70, frames.unfinishedMs(nowMs));
    }

    @Test
    void headOfTooManyPiecesIsTooMuch() {
        assertTrue(take(PREFACE + frame(HEADERS, 0, 1)));
        assertTrue(take(frame(CONTINUATION, 0, 0).repeat(Http2Frames.PIECES_MAX)));
        assertFalse(take(frame(CONTINUATION, 0, 0)));
    }

    @Test
    void headOfTooManyBytesIsTooMuch() {
        assertTrue(take(PREFACE + frame(HEADERS, 0, HEAD_BYTES_MAX / 2)));
        assertTrue(take(frame(CONTINUATION, 0, HEAD_BYTES_MAX / 2)));
        assertFalse(take(frame(CONTINUATION, 0, 1)));
    }

    @Test
    void framesWithoutUseMayComeNowAndThen() {
        assertTrue(take(PREFACE + frame(PING, 0, 8).repeat(Http2Frames.IDLE_FRAMES_MAX)));
        nowMs += Http2Frames.WINDOW_MS + 1;
        assertTrue(take(frame(DATA, 0, 0).repeat(Http2Frames.IDLE_FRAMES_MAX)));
        assertTrue(take(frame(WINDOW_UPDATE, 0, 4).repeat(3 * Http2Frames.IDLE_FRAMES_MAX)));
        assertTrue(take(frame(DATA, 0, 1).repeat(3 * Http2Frames.IDLE_FRAMES_MAX)));
        assertFalse(take(frame(99, 0, 0)));
    }

    private boolean take(String bytes) {
        return frames.take(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)), nowMs);
    }

    private static String frame(int type, int flags, int length) {
        return "\0" + (char) (length >> 8) + (char) (length & 0xFF) + (char) type + (char) flags + "\0\0\0\1" + "x".repeat(length);
    }
}
