package io.mpstream.single;

import io.mpstream.journal.Journal;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.metrics.MetricsPort;
import io.mpstream.process.ProcessLife;
import io.mpstream.producer.Producer;
import io.mpstream.producer.loading.Responders;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.settings.Settings;
import io.mpstream.streamer.Streamer;
import java.util.Optional;

/**
 * Producer and streamer in one JVM over memory journals: to step through a responder in a debugger. Nothing survives
 * the process.
 */
public final class SingleMain {
    private SingleMain() {
    }

    /** Runs until it is stopped. */
    public static void main(String[] args) {
        ProcessLife.run("single", args, SingleMain::launch);
    }

    private static ProcessLife.Running launch(Settings settings) {
        Optional<MetricsPort> metrics = MetricsPort.streamer(settings);
        Optional<MetricsPort> producerMetrics = MetricsPort.producer(settings);
        Responders responders = Responders.load(settings.responders());
        Journal<Request> requests = new MemoryJournal<>(RequestCodec::new);
        Journal<Frame> responses = new MemoryJournal<>(FrameCodec::new);
        Producer producer = Producer.launchInMemory(requests, responses, responders, settings);
        Streamer streamer = Streamer.launchInMemory(requests, responses, settings);
        metrics.ifPresent(port -> streamer.register(port, settings));
        producerMetrics.ifPresent(producer::register);
        return ProcessLife.running(streamer.address(), () -> streamer.drain(settings.drainTimeout()), streamer, producer, responders, requests, responses,
                () -> metrics.ifPresent(MetricsPort::close), () -> producerMetrics.ifPresent(MetricsPort::close));
    }
}
