package io.mpstream.producer;

import io.mpstream.protocol.Detail;
import io.mpstream.protocol.Lease;
import io.mpstream.settings.Bound;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that were ended from outside and whose responder has not returned: each holds its place of {@code --concurrency}, and
 * computes on, so those that take long are named. Confined to the dispatcher thread.
 */
final class Stragglers {
    /** A responder that takes longer than this to return is named. */
    static final long NAMED_AFTER_NS = Bound.STRAGGLER.time().toNanos();
    private static final int FRAMES_TOLD = 4;
    private static final int NAMES_TOLD = 3;
    private static final Logger LOG = LoggerFactory.getLogger(Stragglers.class);

    /** When each was ended, the earliest first. */
    private final SequencedMap<Answer, Long> expected = new LinkedHashMap<>();
    private final SequencedMap<Answer, Long> named = new LinkedHashMap<>();
    private String trouble = "";

    /** This answer was ended, and its responder is to return. */
    void expect(Answer answer, long nowNs) {
        expected.put(answer, nowNs);
    }

    /** It has. */
    void returned(Answer answer, long nowNs) {
        if (expected.remove(answer) != null) {
            return;
        }
        Long sinceNs = named.remove(answer);
        if (sinceNs != null) {
            AnswerLine.of(LOG.atInfo(), answer.query()).log("the responder of stream {} has returned, {} s after its answer was ended", answer.stream(), seconds(nowNs - sinceNs));
            trouble = describe();
        }
    }

    /** Names those that have taken too long. */
    void look(long nowNs) {
        while (!expected.isEmpty() && dueInNs(nowNs) <= 0) {
            Map.Entry<Answer, Long> first = expected.pollFirstEntry();
            Answer answer = first.getKey();
            Thread thread = answer.thread();
            if (thread == null || thread.getState() == Thread.State.NEW) {
                // It has not been called yet, as on a full disk, and will not be.
                expected.put(answer, nowNs);
                continue;
            }
            named.put(answer, first.getValue());
            trouble = describe();
            AnswerLine.of(LOG.atWarn(), answer.query()).log("the responder of stream {} has not returned {} s after its answer was ended, and holds its place of --concurrency; it is at {}",
                    answer.stream(), seconds(nowNs - first.getValue()), where(thread));
        }
    }

    /** Nanoseconds until there is somebody to name, if nobody returns; {@link Long#MAX_VALUE} if never. */
    long dueInNs(long nowNs) {
        return expected.isEmpty() ? Long.MAX_VALUE : expected.firstEntry().getValue() + NAMED_AFTER_NS - nowNs;
    }

    /** How many were named and have not returned. */
    int count() {
        return named.size();
    }

    /** One line about those that were named, or an empty string. */
    String trouble() {
        return trouble;
    }

    private String describe() {
        if (named.isEmpty()) {
            return "";
        }
        String names = named.keySet().stream().limit(NAMES_TOLD).map(answer -> answer.stream().toString()).collect(Collectors.joining(", "));
        String more = named.size() > NAMES_TOLD ? " and " + (named.size() - NAMES_TOLD) + " more" : "";
        String line = named.size() == 1 ? "1 responder has not returned after its answer was ended: stream "
                : named.size() + " responders have not returned after their answers were ended: streams ";
        return Detail.cut(line + names + more, Lease.TROUBLE_LENGTH_MAX);
    }

    private static String where(Thread thread) {
        StackTraceElement[] frames = thread.getStackTrace();
        return frames.length == 0 ? "its beginning"
                : Arrays.stream(frames).limit(FRAMES_TOLD).map(StackTraceElement::toString).collect(Collectors.joining(" < "));
    }

    private static long seconds(long ns) {
        return TimeUnit.NANOSECONDS.toSeconds(ns);
    }
}
