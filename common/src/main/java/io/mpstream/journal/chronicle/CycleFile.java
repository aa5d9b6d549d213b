package io.mpstream.journal.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycle;

/**
 * One file of a journal: what was appended during one cycle of the clock.
 *
 * @param path    the file
 * @param startMs when its cycle began, in wall-clock milliseconds
 * @param endMs   when its cycle ended or will end
 * @param cycle   its number
 */
record CycleFile(Path path, long startMs, long endMs, int cycle) {
    private static final String SUFFIX = ".cq4";
    private static final int PAGE_BYTES = 64 * 1024;

    /** The files of a journal, oldest first. */
    static List<CycleFile> list(Path folder, RollCycle rollCycle) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern(rollCycle.format());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .map(file -> of(file, format, rollCycle.lengthInMillis()))
                    .sorted(Comparator.comparingInt(CycleFile::cycle))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CycleFile of(Path file, DateTimeFormatter format, int lengthMs) {
        String name = file.getFileName().toString();
        long startMs = LocalDateTime.parse(name.substring(0, name.length() - SUFFIX.length()), format)
                .toInstant(ZoneOffset.UTC).toEpochMilli();
        return new CycleFile(file, startMs, startMs + lengthMs, (int) (startMs / lengthMs));
    }

    /** Length of the file, which is extended a block at a time; 0 when it has just gone. */
    long length() {
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes up to the last that is not zero: what a file that is not written any more takes on a disk that has holes. */
    long usedBytes() {
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
            long end = channel.size();
            while (end > 0) {
                long from = Math.max(0, end - PAGE_BYTES);
                int used = used(channel, page, from, (int) (end - from));
                if (used > 0) {
                    return from + used;
                }
                end = from;
            }
            return 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int used(FileChannel channel, ByteBuffer page, long from, int length) throws IOException {
        page.clear().limit(length);
        while (page.hasRemaining() && channel.read(page, from + page.position()) > 0) {
            // Until the page is full or the file ends.
        }
        int used = page.position();
        while (used > 0 && page.get(used - 1) == 0) {
            used--;
        }
        return used;
    }
}
