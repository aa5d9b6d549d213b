package io.mpstream.protocol;

import io.mpstream.journal.Codec;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MalformedRecordException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Frames as bytes, big-endian: version and type (1 each), then
 * <ul>
 * <li>2, 1 started: stream (16), producer (8), position of the query (8), at (8)
 * <li>2, 2 text: stream (16), offset (8), at (8), length (4), UTF-8
 * <li>2, 3 running: offset (8), at (8), stream (16), query as in {@link RequestCodec}
 * <li>2, 4 end: stream (16), offset (8), at (8), outcome (1), detail, SHA-256 (32), number of notes (1), that many names and values
 * <li>2, 5 lease: producer (8), at (8), for (8), settled (8), free places (4), whether it is closing (1), state (1), trouble
 * </ul>
 * and, of an earlier version, which are read and not written
 * <ul>
 * <li>1, 1 started: stream (16), producer (8), at (8)
 * <li>1, 2 text: as it is now
 * <li>1, 3 end: as it is now, without notes
 * <li>1, 4 lease: producer (8), at (8), for (8)
 * <li>1, 5 lease: the same, then settled (8)
 * <li>1, 6 lease: the same, then state (1), trouble
 * <li>1, 7 end: as it is now
 * </ul>
 * A string is its length in bytes (4) and its UTF-8. The {@link Text} that is decoded is one view, used again and again.
 */
public final class FrameCodec implements Codec<Frame> {
    private static final int STARTED = RecordHead.SECOND + 1;
    private static final int TEXT = RecordHead.SECOND + 2;
    private static final int RUNNING = RecordHead.SECOND + 3;
    private static final int END = RecordHead.SECOND + 4;
    private static final int LEASE = RecordHead.SECOND + 5;

    private static final int FIRST_STARTED = RecordHead.FIRST + 1;
    private static final int FIRST_TEXT = RecordHead.FIRST + 2;
    private static final int FIRST_END_WITHOUT_NOTES = RecordHead.FIRST + 3;
    private static final int FIRST_UNSETTLED_LEASE = RecordHead.FIRST + 4;
    private static final int FIRST_STATELESS_LEASE = RecordHead.FIRST + 5;
    private static final int FIRST_LEASE = RecordHead.FIRST + 6;
    private static final int FIRST_END = RecordHead.FIRST + 7;

    private static final int HEAD = RecordHead.SIZE + 2 * Long.BYTES;
    /** The place here is an outcome's number in the journal; not its ordinal, so that the enum may be put in another order. */
    private static final List<Outcome> OUTCOMES = List.of(Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELLED);
    /** The same of states. */
    private static final List<Lease.State> STATES = List.of(Lease.State.LOADING, Lease.State.SERVING, Lease.State.STALLED, Lease.State.GONE);

    private final Text text = new Text();

    /** A codec with its own view of a text. */
    public FrameCodec() {
    }

    @Override
    public int sizeMax(Frame frame) {
        return HEAD + switch (frame) {
            case Text piece -> 2 * Long.BYTES + Integer.BYTES + piece.length();
            case Started _ -> 3 * Long.BYTES;
            case Running running -> 2 * Long.BYTES + RequestCodec.sizeMaxOf(running.query());
            case End end -> 2 * Long.BYTES + 1 + RecordHead.sizeMax(end.detail()) + End.SHA256_LENGTH + RecordHead.sizeMax(end.notes().all());
            case Lease lease -> 2 * Long.BYTES + Integer.BYTES + 2 + RecordHead.sizeMax(lease.trouble());
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
                out.putLong(started.producer()).putLong(started.query()).putLong(started.atMs());
            }
            case Running running -> {
                RecordHead.put(out, RUNNING);
                out.putLong(running.offset()).putLong(running.atMs());
                RecordHead.put(out, running.query().stream());
                RequestCodec.put(out, running.query());
            }
            case End end -> {
                RecordHead.put(out, END);
                RecordHead.put(out, end.stream());
                out.putLong(end.offset()).putLong(end.atMs()).put((byte) OUTCOMES.indexOf(end.outcome()));
                RecordHead.put(out, end.detail());
                out.put(end.sha256());
                out.put((byte) end.notes().all().size());
                RecordHead.putEach(out, end.notes().all());
            }
            case Lease lease -> {
                RecordHead.put(out, LEASE);
                out.putLong(lease.producer()).putLong(lease.atMs()).putLong(lease.forMs()).putLong(lease.settled())
                        .putInt(lease.freePlaces()).put((byte) (lease.isClosing() ? 1 : 0)).put((byte) STATES.indexOf(lease.state()));
                RecordHead.put(out, lease.trouble());
            }
        }
    }

    @Override
    public Frame decode(ByteBuffer in) {
        // Text first and without a lambda: it is nearly every frame, and must not allocate.
        int kind = in.remaining() >= RecordHead.SIZE ? in.getShort(in.position()) : 0;
        if (kind == TEXT || kind == FIRST_TEXT) {
            return text(in);
        }
        return RecordHead.read(in, each -> switch (each) {
            case STARTED -> new Started(RecordHead.stream(in), in.getLong(), in.getLong(), in.getLong());
            case RUNNING -> running(in);
            case END, FIRST_END -> end(in, true);
            case LEASE -> new Lease(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getInt(), in.get() != 0, numbered(STATES, in.get()), RecordHead.string(in));
            case FIRST_STARTED -> new Started(RecordHead.stream(in), in.getLong(), Journal.START, in.getLong());
            case FIRST_END_WITHOUT_NOTES -> end(in, false);
            case FIRST_UNSETTLED_LEASE, FIRST_STATELESS_LEASE, FIRST_LEASE -> lease(each, in);
            default -> throw RecordHead.unknown(each);
        });
    }

    /** One of the first version, in whose sense something was settled without a word that it runs: that is not told any more. */
    private static Lease lease(int kind, ByteBuffer in) {
        long producer = in.getLong();
        long atMs = in.getLong();
        long forMs = in.getLong();
        if (kind != FIRST_UNSETTLED_LEASE) {
            in.getLong();
        }
        boolean hasState = kind == FIRST_LEASE;
        return new Lease(producer, atMs, forMs, Journal.START, 0, false, hasState ? numbered(STATES, in.get()) : Lease.State.SERVING, hasState ? RecordHead.string(in) : "");
    }

    private static Running running(ByteBuffer in) {
        long offset = in.getLong();
        long atMs = in.getLong();
        return new Running(RequestCodec.query(in), offset, atMs);
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
        Outcome outcome = numbered(OUTCOMES, in.get());
        String detail = RecordHead.string(in);
        byte[] sha256 = new byte[End.SHA256_LENGTH];
        in.get(sha256);
        return new End(stream, offset, outcome, detail, sha256, atMs, hasNotes ? notes(in) : Notes.NONE);
    }

    private static Notes notes(ByteBuffer in) {
        int count = in.get();
        try {
            return count == 0 ? Notes.NONE : new Notes(RecordHead.strings(in, count));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(e.getMessage());
        }
    }

    private static <E> E numbered(List<E> all, byte number) {
        if (number < 0 || number >= all.size()) {
            throw new MalformedRecordException("number " + number + " where there are " + all);
        }
        return all.get(number);
    }
}
