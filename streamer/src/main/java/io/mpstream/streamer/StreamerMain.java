package io.mpstream.streamer;

import io.mpstream.metrics.MetricsPort;
import io.mpstream.process.DataFolder;
import io.mpstream.process.ProcessLife;
import io.mpstream.settings.Settings;
import java.util.Optional;

/** The streamer as a process of its own. */
public final class StreamerMain {
    private StreamerMain() {
    }

    /** Runs until it is stopped. */
    public static void main(String[] args) {
        ProcessLife.run(DataFolder.STREAMER, args, StreamerMain::launch);
    }

    private static ProcessLife.Running launch(Settings settings) {
        Optional<MetricsPort> metrics = MetricsPort.streamer(settings);
        DataFolder folder = DataFolder.take(settings.dataDir(), DataFolder.STREAMER).requireDisk(settings.diskFloor());
        folder.watch(() -> ProcessLife.die("the data folder " + folder.path().toAbsolutePath() + " was deleted or replaced"));
        Streamer streamer = Streamer.launch(folder, settings);
        metrics.ifPresent(port -> streamer.register(port, settings));
        return ProcessLife.running(streamer.address(), () -> streamer.drain(settings.drainTimeout()), streamer, folder, () -> metrics.ifPresent(MetricsPort::close));
    }
}
