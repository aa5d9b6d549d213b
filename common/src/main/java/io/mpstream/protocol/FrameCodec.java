package io.mpstream.protocol;

import io.mpstream.journal.Codec;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MalformedRecordException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Frames as bytes, big-endian: version, type, then
 * <ul>
 * <li>1 started: stream (16), producer (8), at (8)
 * <li>2 text: stream (16), offset (8), at (8), length (4), UTF-8
 * <li>3 end of an earlier version: stream (16), offset (8), at (8), outcome (1), detail, SHA-256 (32); read, not written
 * <li>4 lease of an earlier version: producer (8), at (8), for (8); read, not written
 * <li>5 lease of an earlier version: producer (8), at (8), for (8), settled (8); read, not written
 * <li>6 lease: producer (8), at (8), for (8), settled (8), state (1), trouble
 * <li>7 end: stream (16), offset (8), at (8), outcome (1), detail, SHA-256 (32), number of notes (1), that many names and values
 * </ul>
 * A string is its length in bytes (4) and its UTF-8. The {@link Text} that is decoded is one view, used again and again.
 */
public final class FrameCodec implements Codec<Frame> {
    private static final byte STARTED = 1;
    private static final byte TEXT = 2;
    private static final byte END_WITHOUT_NOTES = 3;
    private static final byte UNSETTLED_LEASE = 4;
    private static final byte STATELESS_LEASE = 5;
    private static final byte LEASE = 6;
    private static final byte END = 7;

    private static final int HEAD = RecordHead.SIZE + 2 * Long.BYTES;
    private static final Outcome[] OUTCOMES = {Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELLED};
    private static final Lease.State[] STATES = {Lease.State.LOADING, Lease.State.SERVING, Lease.State.STALLED, Lease.State.CLOSING};

    private final Text text = new Text();

    /** A codec with its own view of a text. */
    public FrameCodec() {
    }

    @Override
    public int sizeMax(Frame frame) {
        return HEAD + switch (frame) {
            case Text piece -> 2 * Long.BYTES + Integer.BYTES + piece.length();
            case Started _ -> 2 * Long.BYTES;
            case End end -> 2 * Long.BYTES + 1 + RecordHead.sizeMax(end.detail()) + End.SHA256_LENGTH + sizeMaxOf(end.notes());
            case Lease lease -> 2 * Long.BYTES + 1 + RecordHead.sizeMax(lease.trouble());
        };
    }

    @Override
    public void encode(Frame frame, ByteBuffer out) {
        switch (frame) {
            case Text piece -> {
                RecordHead.put(out, TEXT);
                out.putLong(piece.streamHigh()).putLong(piece.streamLow()).putLong(piece.offset())
                        .putLong(piece.atMs()).putInt(piece.length())
                        .put(piece.utf8(), piece.from(), piece.length());
            }
            case Started started -> {
                RecordHead.put(out, STARTED);
                RecordHead.put(out, started.stream());
                out.putLong(started.producer()).putLong(started.atMs());
            }
            case End end -> {
                RecordHead.put(out, END);
                RecordHead.put(out, end.stream());
                out.putLong(end.offset()).putLong(end.atMs()).put(number(end.outcome()));
                RecordHead.put(out, end.detail());
                out.put(end.sha256());
                put(end.notes(), out);
            }
            case Lease lease -> {
                RecordHead.put(out, LEASE);
                out.putLong(lease.producer()).putLong(lease.atMs()).putLong(lease.forMs()).putLong(lease.settled())
                        .put(number(lease.state()));
                RecordHead.put(out, lease.trouble());
            }
        }
    }

    @Override
    public Frame decode(ByteBuffer in) {
        // Text first and without a lambda: it is nearly every frame, and must not allocate.
        int start = in.position();
        if (in.remaining() >= RecordHead.SIZE && in.get(start) == RecordHead.VERSION && in.get(start + 1) == TEXT) {
            return text(in);
        }
        return RecordHead.read(in, type -> switch (type) {
            case STARTED -> new Started(RecordHead.stream(in), in.getLong(), in.getLong());
            case END_WITHOUT_NOTES -> end(in, false);
            case END -> end(in, true);
            case UNSETTLED_LEASE -> new Lease(in.getLong(), in.getLong(), in.getLong(), Journal.START, Lease.State.SERVING, "");
            case STATELESS_LEASE -> new Lease(in.getLong(), in.getLong(), in.getLong(), in.getLong(), Lease.State.SERVING, "");
            case LEASE -> new Lease(in.getLong(), in.getLong(), in.getLong(), in.getLong(), state(in.get()), RecordHead.string(in));
            default -> throw new MalformedRecordException("frame of type " + type);
        });
    }

    private Text text(ByteBuffer in) {
        if (in.remaining() < HEAD + 2 * Long.BYTES + Integer.BYTES) {
            throw new MalformedRecordException("record cut short at byte " + in.limit());
        }
        in.position(in.position() + RecordHead.SIZE);
        long high = in.getLong();
        long low = in.getLong();
        long offset = in.getLong();
        long atMs = in.getLong();
        int length = RecordHead.length(in);
        int from = in.position();
        in.position(from + length);
        return text.set(high, low, offset, in.array(), in.arrayOffset() + from, length, atMs);
    }

    private static End end(ByteBuffer in, boolean hasNotes) {
        StreamId stream = RecordHead.stream(in);
        long offset = in.getLong();
        long atMs = in.getLong();
        Outcome outcome = outcome(in.get());
        String detail = RecordHead.string(in);
        byte[] sha256 = new byte[End.SHA256_LENGTH];
        in.get(sha256);
        return new End(stream, offset, outcome, detail, sha256, atMs, hasNotes ? notes(in) : Notes.NONE);
    }

    private static int sizeMaxOf(Notes notes) {
        return 1 + notes.all().entrySet().stream().mapToInt(e -> RecordHead.sizeMax(e.getKey()) + RecordHead.sizeMax(e.getValue())).sum();
    }

    private static void put(Notes notes, ByteBuffer out) {
        out.put((byte) notes.all().size());
        notes.all().forEach((name, value) -> {
            RecordHead.put(out, name);
            RecordHead.put(out, value);
        });
    }

    private static Notes notes(ByteBuffer in) {
        int count = in.get();
        if (count == 0) {
            return Notes.NONE;
        }
        Map<String, String> notes = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            notes.put(RecordHead.string(in), RecordHead.string(in));
        }
        try {
            return new Notes(notes);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    /** The number of an outcome in the journal; not its ordinal, so that the enum may be put in another order. */
    private static byte number(Outcome outcome) {
        return switch (outcome) {
            case COMPLETED -> 0;
            case FAILED -> 1;
            case CANCELLED -> 2;
        };
    }

    private static Outcome outcome(byte number) {
        if (number < 0 || number >= OUTCOMES.length) {
            throw new MalformedRecordException("outcome " + number);
        }
        return OUTCOMES[number];
    }

    /** The number of a state in the journal; not its ordinal, as with outcomes. */
    private static byte number(Lease.State state) {
        return switch (state) {
            case LOADING -> 0;
            case SERVING -> 1;
            case STALLED -> 2;
            case CLOSING -> 3;
        };
    }

    private static Lease.State state(byte number) {
        if (number < 0 || number >= STATES.length) {
            throw new MalformedRecordException("state " + number);
        }
        return STATES[number];
    }
}
