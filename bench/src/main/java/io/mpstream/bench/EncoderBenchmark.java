package io.mpstream.bench;

import io.mpstream.streamer.encoding.CharacterChunks;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.PlainText;
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

/** 4 KiB of text into the bytes of each format. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncoderBenchmark {
    private static final int TEXT_BYTES = 4 * 1024;

    /** ASCII is one byte a character, Chinese three, mixed both. */
    @Param({"token ", "醒醒，", "token 醒"})
    private String word = "";

    private final Encoder chunks = new CharacterChunks();
    private final Encoder plain = new PlainText();
    private final ByteBuffer out = ByteBuffer.allocateDirect(64 * 1024);
    private byte[] text = {};

    /** For the harness. */
    public EncoderBenchmark() {
    }

    /** Makes the text. */
    @Setup
    public void makeText() {
        text = word.repeat(TEXT_BYTES / word.getBytes(StandardCharsets.UTF_8).length).getBytes(StandardCharsets.UTF_8);
    }

    /** One character a chunk. */
    @Benchmark
    public int characterChunks() {
        return chunks.text(text, 0, text.length, out.clear());
    }

    /** The text itself. */
    @Benchmark
    public int plainText() {
        return plain.text(text, 0, text.length, out.clear());
    }
}
