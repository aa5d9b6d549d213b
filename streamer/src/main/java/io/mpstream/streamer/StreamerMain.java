package io.mpstream.streamer;

import io.mpstream.config.DataFolder;
import io.mpstream.config.Program;
import io.mpstream.config.Settings;

/** The streamer as a process of its own. */
public final class StreamerMain {
    private static final String ROLE = "streamer";

    private StreamerMain() {
    }

    /** Runs until it is stopped. */
    public static void main(String[] args) {
        Program.run(ROLE, args, StreamerMain::launch);
    }

    private static Program.Running launch(Settings settings) {
        DataFolder folder = DataFolder.take(settings.dataDir(), ROLE);
        Streamer streamer = Streamer.launch(folder.requests(), folder.responses(), folder.path(), settings);
        return Program.running(streamer.address(), streamer, folder);
    }
}
