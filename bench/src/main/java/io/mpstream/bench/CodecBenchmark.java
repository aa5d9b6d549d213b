package io.mpstream.bench;

import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One record to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    private static final byte[] TOKEN = "token 醒".getBytes(StandardCharsets.UTF_8);

    private final FrameCodec frames = new FrameCodec();
    private final RequestCodec requests = new RequestCodec();
    private final Text text = new Text().set(1, 2, 3, TOKEN, 0, TOKEN.length, 4);
    private final Query query = new Query(new StreamId(1, 2), "醒醒，Neo", "user", Map.of(), 5);
    private final ByteBuffer encodedText = encoded();
    private final ByteBuffer encodedQuery = encodedQuery();
    private final ByteBuffer out = ByteBuffer.allocate(1024);

    /** For the harness. */
    public CodecBenchmark() {
    }

    private ByteBuffer encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(1024);
        frames.encode(text, bytes);
        return bytes.flip();
    }

    private ByteBuffer encodedQuery() {
        ByteBuffer bytes = ByteBuffer.allocate(1024);
        requests.encode(query, bytes);
        return bytes.flip();
    }

    /** A token's frame to bytes. */
    @Benchmark
    public ByteBuffer encodeText() {
        frames.encode(text, out.clear());
        return out;
    }

    /** A token's frame from bytes. */
    @Benchmark
    public Frame decodeText() {
        return frames.decode(encodedText.rewind());
    }

    /** A query to bytes. */
    @Benchmark
    public ByteBuffer encodeQuery() {
        requests.encode(query, out.clear());
        return out;
    }

    /** A query from bytes. */
    @Benchmark
    public Request decodeQuery() {
        return requests.decode(encodedQuery.rewind());
    }
}
