package io.mpstream.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final int PIPE_BYTES = 4096;
    private static final Pattern DROPPED = Pattern.compile("\\((\\d+) lines were dropped here: .*\n");

    private final PipedInputStream reader = new PipedInputStream(PIPE_BYTES);

    @Test
    void whatIsPrintedComesOutInOrder() throws IOException {
        Terminal terminal = new Terminal(new PipedOutputStream(reader));
        print(terminal, "one\n");
        print(terminal, "two\n");
        terminal.drain(Duration.ofSeconds(5));
        assertEquals("one\ntwo\n", new String(reader.readNBytes(8), StandardCharsets.UTF_8));
    }

    @Test
    void nobodyWaitsWhenNobodyReadsAndWhatIsMissingIsSaid() throws IOException {
        Terminal terminal = new Terminal(new PipedOutputStream(reader));
        String line = "x".repeat(1023) + "\n";
        int printed = 10 * Terminal.BYTES_MAX / line.length();
        for (int i = 0; i < printed; i++) {
            print(terminal, line);
        }
        int whole = 0;
        int dropped = 0;
        while (whole + dropped < printed) {
            String next = next();
            Matcher notice = DROPPED.matcher(next);
            dropped += notice.matches() ? Integer.parseInt(notice.group(1)) : 0;
            whole += next.equals(line) ? 1 : 0;
            assertTrue(next.equals(line) || notice.matches(), next);
        }
        assertTrue(whole >= Terminal.BYTES_MAX / line.length() - 1 && dropped > 0, whole + " lines came, " + dropped + " were said to be dropped");
        print(terminal, "after\n");
        assertEquals("after\n", next());
    }

    private String next() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            line.append((char) c);
            if (c == '\n') {
                break;
            }
        }
        return line.toString();
    }

    @Test
    void brokenPipeIsNobodysTrouble() {
        Terminal terminal = new Terminal(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
        print(terminal, "x\n");
        terminal.drain(Duration.ofSeconds(5));
        print(terminal, "y\n");
        terminal.drain(Duration.ofSeconds(5));
    }

    @Test
    void fileThatCannotTakeMoreForAWhileIsWrittenToLater() {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        AtomicBoolean isFull = new AtomicBoolean(true);
        Terminal terminal = new Terminal(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (isFull.get()) {
                    throw new IOException("No space left on device");
                }
                taken.write(b);
            }
        });
        print(terminal, "lost\n");
        terminal.drain(Duration.ofSeconds(5));
        isFull.set(false);
        print(terminal, "kept\n");
        terminal.drain(Duration.ofSeconds(5));
        assertTrue(taken.toString(StandardCharsets.UTF_8).endsWith("(1 lines were dropped here: they could not be written, or nobody read them)\nkept\n"), taken.toString());
    }

    private static void print(Terminal terminal, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        terminal.write(bytes, 0, bytes.length);
    }
}
