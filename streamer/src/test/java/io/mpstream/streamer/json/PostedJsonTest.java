package io.mpstream.streamer.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Unicode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients send as JSON is text, and says one thing. */
class PostedJsonTest {
    private record Fields(String user_id) {
    }

    @Test
    void halvesOfSurrogatePairsAreRefusedByName() {
        assertRefused("'query'", () -> PostedQuery.parse("{\"query\":\"x\\ud83dy\"}"));
        assertRefused("'user'", () -> PostedQuery.parse("{\"query\":\"x\",\"user\":\"a\\udbff\"}"));
        assertRefused("'a'", () -> PostedQuery.parse("{\"query\":\"x\",\"attributes\":{\"a\":\"\\udc00\\ud800\"}}"));
        for (String half : List.of("\\ud800", "\\udc00", "a\\ud800", "\\udc00\\ud800")) {
            assertRefused("", () -> PostedQuery.parse("{\"query\":\"x\",\"attributes\":{\"" + half + "\":\"\"}}"));
            assertRefused("", () -> PostedQuery.parse("{\"query\":\"x\",\"" + half + "\":1}"));
        }
        assertRefused("'user_id'", () -> Json.read("{\"user_id\":\"x\\ud800\"}", Fields.class));
        for (String field : List.of("ref", "query", "user", "idempotencyKey", "onDisconnect")) {
            assertRefused("'" + field + "'", () -> ClientMessage.parse("{\"ask\":{\"" + field + "\":\"\\ud800\"}}"));
        }
        assertRefused("'token'", () -> ClientMessage.parse("{\"token\":\"\\ud800\"}"));
        assertEquals("😀", PostedQuery.parse("{\"query\":\"\\ud83d\\ude00\"}").query());
    }

    @Test
    void referenceOfABadMessageIsKnownUnlessItIsBadItself() {
        assertEquals("a", ClientMessage.ref("{\"ask\":{\"ref\":\"a\",\"query\":\"\\ud800\"}}"));
        assertNull(ClientMessage.ref("{\"ask\":{\"ref\":\"\\ud800\",\"query\":\"x\"}}"));
    }

    @Test
    void membersOfOneNameAreRefused() {
        assertRefused("twice", () -> PostedQuery.parse("{\"query\":\"a\",\"query\":\"b\"}"));
        assertRefused("twice", () -> PostedQuery.parse("{\"query\":\"a\",\"\\u0071uery\":\"a\"}"));
        assertRefused("twice", () -> PostedQuery.parse("{\"query\":\"a\",\"attributes\":{\"x\":\"1\",\"x\":\"2\"}}"));
        assertRefused("twice", () -> ClientMessage.parse("{\"ask\":{\"ref\":\"a\",\"ref\":\"b\",\"query\":\"x\"}}"));
        assertRefused("twice", () -> Json.read("{\"user_id\":\"a\",\"user_id\":\"b\"}", Fields.class));
        assertRefused("is not JSON", () -> PostedQuery.parse("{\"query\":\"a\"} {}"));
        assertRefused("is not JSON", () -> PostedQuery.parse(""));
    }

    @Test
    void whatIsWrongIsNamed() {
        assertRefused("'query' is not a string", () -> PostedQuery.parse("{\"query\":1}"));
        assertRefused("'user' is null", () -> PostedQuery.parse("{\"query\":\"a\",\"user\":null}"));
        assertRefused("'attributes' is not a JSON object", () -> PostedQuery.parse("{\"query\":\"a\",\"attributes\":[]}"));
        assertRefused("'a' is not a string", () -> PostedQuery.parse("{\"query\":\"x\",\"attributes\":{\"a\":true}}"));
        assertRefused("no field 'x' here; known are query, user, attributes", () -> PostedQuery.parse("{\"x\":\"a\"}"));
        assertRefused("the body is not a JSON object", () -> PostedQuery.parse("[]"));
        assertRefused("'ask' is not a JSON object", () -> ClientMessage.parse("{\"ask\":\"a\"}"));
        assertRefused("'token' is not a string", () -> ClientMessage.parse("{\"token\":1}"));
        assertRefused("known are ask, follow, leave, cancel, token", () -> ClientMessage.parse("{\"dance\":{}}"));
        assertRefused("a 'ref' has 1 to 64 characters", () -> ClientMessage.parse("{\"leave\":{}}"));
        assertRefused("the query is empty", () -> ClientMessage.parse("{\"ask\":{\"ref\":\"a\"}}"));
        for (String offset : List.of("\"1\"", "1.5", "1e3", "true")) {
            assertRefused("'offset' is not a whole number", () -> ClientMessage.parse("{\"follow\":{\"ref\":\"a\",\"feed\":\"b\",\"offset\":" + offset + "}}"));
        }
        assertRefused("'offset' is too large a number", () -> ClientMessage.parse("{\"follow\":{\"ref\":\"a\",\"feed\":\"b\",\"offset\":99999999999999999999}}"));
        assertRefused("'offset' is not a number of bytes", () -> ClientMessage.parse("{\"follow\":{\"ref\":\"a\",\"feed\":\"b\",\"offset\":-1}}"));
        for (String speed : List.of("0", "-1", "1001", "0.0001", "1e400")) {
            assertRefused("'speed' can be a number above 0 and up to 1000", () -> ClientMessage.parse("{\"follow\":{\"ref\":\"a\",\"feed\":\"b\",\"speed\":" + speed + "}}"));
        }
        assertRefused("'speed' is not a number", () -> ClientMessage.parse("{\"follow\":{\"ref\":\"a\",\"feed\":\"b\",\"speed\":\"4\"}}"));
        assertRefused("'responder' is not a string", () -> ClientMessage.parse("{\"ask\":{\"ref\":\"a\",\"query\":\"b\",\"responder\":1}}"));
    }

    @Test
    void byteOrderMarkOfAMessageIsNoPartOfIt() {
        assertEquals("a", ClientMessage.parse("\uFEFF{\"leave\":{\"ref\":\"a\"}}").ref());
        assertEquals("a", ClientMessage.ref("\uFEFF{\"leave\":{\"ref\":\"a\",\"x\":1}}"));
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
