package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mpstream.journal.Tailer;
import io.mpstream.producer.loading.Responders;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Lease;
import io.mpstream.settings.StartupException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What leases tell while a responder is being loaded. */
class LoadingLeaseTest {
    private static final long FLOOR = 8 << 20;

    private final BoundedJournal<Frame> responses = new BoundedJournal<>(FrameCodec::new);
    private final Tailer<Frame> reader = responses.tailer();
    private final AtomicLong nowNs = new AtomicLong(1_000);
    private final LoadingLease loading = new LoadingLease(responses, FLOOR, "slow", nowNs::get);

    @Test
    void quickOneIsNotTold() {
        Responders responders = new Responders(new LinkedHashMap<>(Map.of("default", (query, reply) -> { })));
        assertSame(responders, loading.run(() -> {
            nowNs.addAndGet(LoadingLease.TOLD_AFTER_NS - 1);
            loading.look();
            return responders;
        }));
        assertEquals(List.of(), leases());
    }

    @Test
    void slowOneIsToldAgainAndAgain() {
        nowNs.addAndGet(LoadingLease.TOLD_AFTER_NS);
        loading.look();
        loading.look();
        assertEquals(List.of("LOADING 15000"), leases());
        nowNs.addAndGet(LoadingLease.LEASE_EVERY_NS - 1);
        loading.look();
        assertEquals(List.of(), leases());
        nowNs.addAndGet(1);
        loading.look();
        assertEquals(List.of("LOADING 15000"), leases());
        loading.close();
        assertEquals(List.of(), leases());
    }

    @Test
    void whatIsRefusedIsToldAtOnce() {
        StartupException refusal = new StartupException("no GPU");
        assertSame(refusal, assertThrows(StartupException.class, () -> loading.run(() -> {
            throw refusal;
        })));
        assertEquals(List.of("GONE 0"), leases());
    }

    @Test
    void nothingIsWrittenToAFullDisk() {
        responses.room = () -> FLOOR / 8 - 1;
        nowNs.addAndGet(LoadingLease.LEASE_EVERY_NS);
        loading.look();
        loading.giveUp();
        assertEquals(List.of(), leases());
    }

    private List<String> leases() {
        List<String> leases = new ArrayList<>();
        reader.poll(frame -> {
            Lease lease = (Lease) frame;
            leases.add(lease.state() + " " + lease.forMs());
        }, Integer.MAX_VALUE);
        return leases;
    }
}
