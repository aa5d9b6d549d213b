package io.mpstream.bench;

import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Retention;
import io.mpstream.journal.Tailer;
import io.mpstream.journal.chronicle.ChronicleJournal;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A token through a journal in files: written, and written and read back, so many an entry. Time a token. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class JournalBenchmark {
    /** Tokens that one call writes. */
    static final int TOKENS = 64;

    private static final int BLOCK_BYTES = 16 << 20;
    private static final byte[] TOKEN = "token 醒".getBytes(StandardCharsets.UTF_8);

    /** One is a lone slow answer, 64 a busy producer. */
    @Param({"1", "8", "64"})
    private int tokensAnEntry;

    private final Text text = new Text().set(1, 2, 3, TOKEN, 0, TOKEN.length, 4);
    private Path folder;
    private Journal<Frame> journal;
    private Appender<Frame> appender;
    private Tailer<Frame> tailer;
    private long read;

    /** For the harness. */
    public JournalBenchmark() {
    }

    /** Opens a journal in a new folder. */
    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("mpstream-bench-");
        journal = ChronicleJournal.open(folder.resolve("journal"), BLOCK_BYTES, FrameCodec::new);
        appender = journal.appender();
        tailer = journal.tailer();
    }

    /** Goes on at the end, without what is older than the file that is written. */
    @Setup(Level.Iteration)
    public void trim() {
        journal.trim(journal.end(), new Retention(Duration.ZERO, 0));
        tailer.seek(journal.end());
    }

    /** Closes it and deletes the folder. */
    @TearDown
    public void close() throws IOException {
        appender.close();
        tailer.close();
        journal.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Appends and commits. */
    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void append() {
        for (int i = 1; i <= TOKENS; i++) {
            appender.append(text);
            if (i % tokensAnEntry == 0) {
                appender.commit();
            }
        }
    }

    /** Appends, commits and polls. */
    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public long appendAndPoll() {
        append();
        while (tailer.poll(frame -> read++, TOKENS) > 0) {
            // Until it has all.
        }
        return read;
    }
}
