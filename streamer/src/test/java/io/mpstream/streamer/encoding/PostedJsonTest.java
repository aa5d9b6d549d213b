package io.mpstream.streamer.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Unicode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What clients send as JSON is text, and says one thing. */
class PostedJsonTest {
    @Test
    void halvesOfSurrogatePairsAreRefusedByName() {
        assertRefused("'query'", () -> PostedQuery.parse("{\"query\":\"x\\ud83dy\"}"));
        assertRefused("'user'", () -> PostedQuery.parse("{\"query\":\"x\",\"user\":\"a\\udbff\"}"));
        assertRefused("'a'", () -> PostedQuery.parse("{\"query\":\"x\",\"attributes\":{\"a\":\"\\udc00\\ud800\"}}"));
        for (String half : List.of("\\ud800", "\\udc00", "a\\ud800", "\\udc00\\ud800")) {
            assertRefused("", () -> PostedQuery.parse("{\"query\":\"x\",\"attributes\":{\"" + half + "\":\"\"}}"));
            assertRefused("", () -> PostedQuery.parse("{\"query\":\"x\",\"" + half + "\":1}"));
        }
        assertRefused("'user_id'", () -> PostedFields.parse("{\"user_id\":\"x\\ud800\"}", Set.of("user_id")));
        for (String field : List.of("ref", "query", "user", "idempotencyKey", "onDisconnect")) {
            assertRefused("'" + field + "'", () -> SocketRequest.parse("{\"ask\":{\"" + field + "\":\"\\ud800\"}}"));
        }
        assertRefused("'token'", () -> SocketRequest.parse("{\"token\":\"\\ud800\"}"));
        assertEquals("😀", PostedQuery.parse("{\"query\":\"\\ud83d\\ude00\"}").query());
    }

    @Test
    void referenceOfABadMessageIsKnownUnlessItIsBadItself() {
        assertEquals("a", SocketRequest.ref("{\"ask\":{\"ref\":\"a\",\"query\":\"\\ud800\"}}"));
        assertNull(SocketRequest.ref("{\"ask\":{\"ref\":\"\\ud800\",\"query\":\"x\"}}"));
    }

    @Test
    void membersOfOneNameAreRefused() {
        assertRefused("twice", () -> PostedQuery.parse("{\"query\":\"a\",\"query\":\"b\"}"));
        assertRefused("twice", () -> PostedQuery.parse("{\"query\":\"a\",\"\\u0071uery\":\"a\"}"));
        assertRefused("twice", () -> PostedQuery.parse("{\"query\":\"a\",\"attributes\":{\"x\":\"1\",\"x\":\"2\"}}"));
        assertRefused("twice", () -> SocketRequest.parse("{\"ask\":{\"ref\":\"a\",\"ref\":\"b\",\"query\":\"x\"}}"));
        assertRefused("twice", () -> PostedFields.parse("{\"user\":\"a\",\"user\":\"b\"}", Set.of("user")));
        assertRefused("is not JSON", () -> PostedQuery.parse("{\"query\":\"a\"} {}"));
        assertRefused("is not JSON", () -> PostedQuery.parse(""));
    }

    @Test
    void byteOrderMarkOfAMessageIsNoPartOfIt() {
        assertEquals("a", SocketRequest.parse("\uFEFF{\"leave\":{\"ref\":\"a\"}}").ref());
        assertEquals("a", SocketRequest.ref("\uFEFF{\"leave\":{\"ref\":\"a\",\"x\":1}}"));
        assertEquals("\uFEFFx", Unicode.withoutSignature("\uFEFF\uFEFFx"));
        assertEquals("x\uFEFF", Unicode.withoutSignature("x\uFEFF"));
    }

    @Test
    void pairsAreWellFormedAndHalvesAreNot() {
        for (String text : List.of("", "a", "😀", "a😀b", "\uFFFF\0", "\uD7FF\uE000")) {
            assertTrue(Unicode.isWellFormed(text), text);
        }
        for (String text : List.of("\ud800", "\udc00", "a\ud800", "\ud800a", "\udc00\ud800", "😀\udc00", "\ud800\ud800\udc00")) {
            assertFalse(Unicode.isWellFormed(text));
        }
    }

    private static void assertRefused(String detail, Runnable reading) {
        String message = assertThrows(IllegalArgumentException.class, reading::run).getMessage();
        assertTrue(message.contains(detail), message);
        assertTrue(Unicode.isWellFormed(message));
    }
}
