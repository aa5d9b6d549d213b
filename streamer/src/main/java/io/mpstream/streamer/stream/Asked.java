package io.mpstream.streamer.stream;

import io.mpstream.protocol.Conversation;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.Sha256;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.TraceContext;
import io.mpstream.streamer.limits.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A query as it is remembered while its stream is here.
 *
 * @param stream       the stream's name
 * @param preview      the first 80 characters of what was asked; none if that is not known
 * @param queryBytes   of the whole query
 * @param user         who asked, or an empty string
 * @param acceptedAtMs when it was asked, in wall-clock milliseconds
 * @param terms        under which it was asked
 * @param digest       of the whole query, where it will be asked whether another is the same; else null
 * @param labels       under which the newest stream of its user is found; mostly none
 * @param serial       higher for what was asked later
 * @param isChat       whether it has the messages of a chat
 * @param trace        that it is part of, as {@link TraceContext#trace} says; or null
 */
public record Asked(StreamId stream, String preview, int queryBytes, String user, long acceptedAtMs, QueryTerms terms, String digest, List<String> labels,
        long serial, boolean isChat, String trace) {
    private static final int PREVIEW_LENGTH = 80;

    /** Everything that is remembered of this query. */
    public static Asked of(Query query, QueryTerms terms, long serial) {
        String text = query.text();
        String preview = text.substring(0, text.offsetByCodePoints(0, Math.min(PREVIEW_LENGTH, text.codePointCount(0, text.length()))));
        String whole = query.attributes().get(Conversation.DIGEST);
        String digest = terms.key() == null && terms.feed() == null ? null : whole != null ? whole : digest(text);
        return new Asked(query.stream(), preview, query.bytes(), query.user(), query.acceptedAtMs(), terms, digest, labels(query.attributes()), serial,
                query.attributes().containsKey(Conversation.STORED), TraceContext.traceOf(query.attributes()));
    }

    private static List<String> labels(Map<String, String> attributes) {
        String digest = attributes.get(Conversation.DIGEST);
        String chat = attributes.get(Conversation.CHAT);
        if (digest == null) {
            return chat == null ? List.of() : List.of(label(Conversation.CHAT, chat));
        }
        return chat == null ? List.of(label(Conversation.DIGEST, digest)) : List.of(label(Conversation.DIGEST, digest), label(Conversation.CHAT, chat));
    }

    /**
     * A label.
     *
     * @param attribute {@link Conversation#DIGEST} or {@link Conversation#CHAT}
     */
    public static String label(String attribute, String value) {
        return attribute + "=" + value;
    }

    /** Whose turn the query takes where it has to wait. */
    public String turn() {
        return terms.account() == null ? user : terms.account();
    }

    /** Whether it was this query; only of one with a key or a feed. */
    boolean is(String query) {
        return digest(query).equals(digest);
    }

    /**
     * Lets another query pass that came under this one's key.
     *
     * @throws RefusedException if it is not the same
     */
    public void requireSame(Asked other) {
        if (!Objects.equals(digest, other.digest)) {
            throw RefusedException.forGood(RefusedException.Reason.KEY_REUSED, "this Idempotency-Key was used for another query");
        }
    }

    private static String digest(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
