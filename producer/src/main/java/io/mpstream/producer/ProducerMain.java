package io.mpstream.producer;

import io.mpstream.agent.Clock;
import io.mpstream.metrics.MetricsPort;
import io.mpstream.process.DataFolder;
import io.mpstream.process.ProcessLife;
import io.mpstream.producer.loading.Responders;
import io.mpstream.settings.Settings;
import java.util.Optional;

/** The producer as a process of its own. */
public final class ProducerMain {
    private static final String ROLE = "producer";

    private ProducerMain() {
    }

    /** Runs until it is stopped. */
    public static void main(String[] args) {
        ProcessLife.run(ROLE, args, ProducerMain::launch);
    }

    private static ProcessLife.Running launch(Settings settings) {
        Optional<MetricsPort> metrics = MetricsPort.producer(settings);
        DataFolder folder = DataFolder.take(settings.dataDir(), ROLE).requireDisk(settings.diskFloor());
        folder.watch(() -> ProcessLife.die("the data folder " + folder.path().toAbsolutePath() + " was deleted or replaced"));
        String specs = String.join(", ", settings.responders().byName().values());
        LoadingLease loading = new LoadingLease(folder.responses(), settings.diskFloor(), specs, Clock.SYSTEM);
        Responders responders = loading.run(() -> Responders.load(settings.responders()));
        Producer producer = Producer.launch(folder.requests(), folder.responses(), folder.file("checkpoint"), responders, settings);
        metrics.ifPresent(producer::register);
        return ProcessLife.running(producer, responders, folder, () -> metrics.ifPresent(MetricsPort::close));
    }
}
