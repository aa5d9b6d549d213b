package io.mpstream.streamer;

import io.mpstream.config.DataFolder;
import io.mpstream.config.Program;
import io.mpstream.config.Settings;

/** The streamer as a process of its own. */
public final class StreamerMain {
    private StreamerMain() {
    }

    /** Runs until it is stopped. */
    public static void main(String[] args) {
        Program.run(DataFolder.STREAMER, args, StreamerMain::launch);
    }

    private static Program.Running launch(Settings settings) {
        DataFolder folder = DataFolder.take(settings.dataDir(), DataFolder.STREAMER).requireDisk(settings.diskFloor());
        folder.watch(() -> Program.die("the data folder " + folder.path().toAbsolutePath() + " was deleted or replaced"));
        Streamer streamer = Streamer.launch(folder, settings);
        return Program.running(streamer.address(), () -> streamer.drain(settings.drainTimeout()), streamer, folder);
    }
}
