package io.mpstream.journal;

import java.time.Duration;

/**
 * How much of a journal is kept. What exceeds either bound may go, oldest first.
 *
 * @param age   entries younger than this are kept while {@code bytes} allows
 * @param bytes bytes on disk, or in memory
 */
public record Retention(Duration age, long bytes) {
}
