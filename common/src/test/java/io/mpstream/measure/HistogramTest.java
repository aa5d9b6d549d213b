package io.mpstream.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HistogramTest {
    private final Histogram histogram = new Histogram(0.01, 0.5, 2);

    @Test
    void aBoundBelongsToItsBucketAndWhatIsBeyondAllToTheLast() {
        histogram.recordMs(10);
        histogram.recordUs(10_001);
        histogram.recordMs(500);
        histogram.recordMs(2_000);
        histogram.recordMs(Long.MAX_VALUE / 1_000_000);
        assertArrayEquals(new long[] {1, 2, 1, 1}, histogram.counts());
    }

    @Test
    void sumIsInSeconds() {
        histogram.recordMs(250);
        histogram.recordUs(1);
        assertEquals(0.250001, histogram.sum());
    }

    @Test
    void timeThatIsNegativeCountsAsNone() {
        histogram.recordMs(-5);
        assertArrayEquals(new long[] {1, 0, 0, 0}, histogram.counts());
        assertEquals(0, histogram.sum());
    }
}
