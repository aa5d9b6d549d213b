package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The cases of W3C Trace Context, sections 3.2 and 3.3. */
class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    private static String state(String state) {
        return TraceContext.parse(PARENT, state).state();
    }

    @Test
    void parentIsKeptAsItIs() {
        for (String each : List.of(PARENT, PARENT.replace("-01", "-00"), PARENT.replace("-01", "-03"), PARENT.replace("-01", "-ff"))) {
            assertEquals(new TraceContext(each, null), TraceContext.parse(each, null));
        }
        assertEquals(TRACE, TraceContext.parse(PARENT, null).trace());
    }

    @Test
    void parentThatIsNoneIsIgnored() {
        for (String bad : List.of("", "00", "ff" + PARENT.substring(2), "0g" + PARENT.substring(2), PARENT.toUpperCase(java.util.Locale.ROOT), PARENT + "-", PARENT + "-extra", PARENT + "0",
                PARENT.substring(0, 54), " " + PARENT, PARENT + "\n", PARENT.replace('-', '_'), PARENT.replace(TRACE, "0".repeat(32)), PARENT.replace("00f067aa0ba902b7", "0".repeat(16)),
                "cc" + PARENT.substring(2) + ".what", "00-" + TRACE + "0-00f067aa0ba902b7-01", PARENT + "," + PARENT)) {
            assertNull(TraceContext.parse(bad, "a=1"), bad);
        }
        assertNull(TraceContext.parse(null, "a=1"));
    }

    @Test
    void laterVersionIsReadAsThisOne() {
        assertEquals(PARENT, TraceContext.parse("cc" + PARENT.substring(2), null).parent());
        assertEquals(PARENT, TraceContext.parse("cc" + PARENT.substring(2) + "-what-will-be", null).parent());
        assertEquals(PARENT.replace("-01", "-00"), TraceContext.parse("01-" + TRACE + "-00f067aa0ba902b7-fe", null).parent());
    }

    @Test
    void stateIsKeptAsItIs() {
        String most = IntStream.range(0, 32).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
        for (String good : List.of("a=1", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "fw529a3039@dt=FfffeslPlbaO", "a=1, ,b=2", "a=1 \t,\tb=2 ", "a=x y!", "0_-*/=~", "a=" + "v".repeat(256), most)) {
            assertEquals(good, state(good));
        }
    }

    @Test
    void stateThatIsNoneOrTooLongIsDroppedAndTheParentStays() {
        String tooMany = IntStream.range(0, 33).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
        for (String bad : List.of("", ",", "a", "A=1", "a=", "a=b=c", "a =1", "a=1,a=2", "a@=1", "@a=1", "a@b@c=1", "a=\u00e9", "a=b\tc", "a=" + "v".repeat(257),
                "a=1\n", "\ra=1", "a=1,\nb=2", "a=1\n,b=2", "\u2003a=1", "a=1,\n,b=2", "a".repeat(257) + "=1", tooMany)) {
            assertNull(state(bad), bad);
        }
        String long1 = "a=" + "v".repeat(250);
        String long2 = "b=" + "v".repeat(250);
        assertEquals(long1 + "," + long2, state(long1 + "," + long2));
        assertNull(state(long1 + "," + long2 + ",c=12345"));
    }

    @Test
    void ownContextComesBeforeThatOfTheRequest() {
        TraceContext request = TraceContext.parse(PARENT.replace(TRACE, "a".repeat(32)), "a=1");
        Map<String, String> own = Map.of("traceparent", PARENT, "tracestate", "b=2", "colour", "red");
        assertEquals(own, TraceContext.settled(own, request));
        Map<String, String> plain = Map.of("colour", "red");
        assertSame(plain, TraceContext.settled(plain, null));
        Map<String, String> with = new HashMap<>(plain);
        with.put("traceparent", request.parent());
        with.put("tracestate", "a=1");
        assertEquals(with, TraceContext.settled(plain, request));
        assertEquals(with, TraceContext.settled(Map.of("colour", "red", "traceparent", "what", "tracestate", "b=2"), request));
        assertEquals(plain, TraceContext.settled(Map.of("colour", "red", "traceparent", "what", "tracestate", "b=2"), null));
        assertEquals(plain, TraceContext.settled(Map.of("colour", "red", "tracestate", "b=2"), null));
        assertEquals(Map.of("traceparent", PARENT), TraceContext.settled(Map.of("traceparent", PARENT, "tracestate", "B"), null));
    }

    @Test
    void traceOfAttributesIsNamed() {
        assertEquals(TRACE, TraceContext.traceOf(Map.of("traceparent", PARENT)));
        assertNull(TraceContext.traceOf(Map.of("traceparent", "x")));
        assertNull(TraceContext.traceOf(Map.of()));
    }
}
