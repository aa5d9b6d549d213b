package io.mpstream.bench;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.CharacterChunks;
import io.mpstream.streamer.encoding.Chunked;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.GraphemeChunks;
import io.mpstream.streamer.encoding.JsonLines;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.PlainText;
import io.mpstream.streamer.encoding.ServerSentEvents;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A token, and a long piece of text, into the bytes of each format, chunks and all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncoderBenchmark {
    /** Bytes of text before the piece: as many digits as a real answer's offsets have. */
    private static final long OFFSET = 12_345;

    /** ASCII is one byte a character, Chinese three, mixed both. */
    @Param({"token", "醒醒", "to 醒"})
    private String word = "";

    /** The word alone, or so many bytes of it. */
    @Param({"1", "16384"})
    private int bytes;

    private final Encoder characterChunks = new CharacterChunks();
    private final Encoder graphemeChunks = new GraphemeChunks();
    private final Encoder plainText = new Chunked(new PlainText(), true);
    private final Encoder events = new Chunked(new ServerSentEvents(false), false);
    private final Encoder jsonEvents = new Chunked(new ServerSentEvents(true), false);
    private final Encoder jsonLines = new Chunked(new JsonLines(), false);
    private final StreamId stream = StreamId.mint();
    private final Piece piece = new Piece();
    private final ByteBuffer out = ByteBuffer.allocateDirect(64 * 1024);
    private byte[] text = {};

    /** For the harness. */
    public EncoderBenchmark() {
    }

    /** Makes the text. */
    @Setup
    public void makeText() {
        int length = word.getBytes(StandardCharsets.UTF_8).length;
        text = word.repeat(Math.max(1, bytes / length)).getBytes(StandardCharsets.UTF_8);
    }

    private int encode(Encoder encoder) {
        int at = 0;
        while (at < text.length) {
            at += encoder.text(piece.set(stream, OFFSET + at, text, at, text.length, false, true), out.clear());
        }
        return out.position();
    }

    /** One character a chunk. */
    @Benchmark
    public int characterChunks() {
        return encode(characterChunks);
    }

    /** One user-perceived character a chunk. */
    @Benchmark
    public int graphemeChunks() {
        return encode(graphemeChunks);
    }

    /** The text itself, a chunk. */
    @Benchmark
    public int plainText() {
        return encode(plainText);
    }

    /** An event. */
    @Benchmark
    public int serverSentEvents() {
        return encode(events);
    }

    /** An event whose data are JSON. */
    @Benchmark
    public int serverSentEventsJson() {
        return encode(jsonEvents);
    }

    /** A line of JSON. */
    @Benchmark
    public int jsonLines() {
        return encode(jsonLines);
    }
}
