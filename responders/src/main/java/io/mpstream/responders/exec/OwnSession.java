package io.mpstream.responders.exec;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes a command the leader of a session, and so of a group that signals reach as one, where the system can do that (setsid(1)). */
final class OwnSession {
    /** Whether it can be done here. */
    static final boolean IS_THERE = Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":"))
            .anyMatch(folder -> new File(folder, "setsid").canExecute());

    private OwnSession() {
    }

    /** The command with what makes it one. */
    static List<String> of(String... command) {
        List<String> all = new ArrayList<>(IS_THERE ? List.of("setsid") : List.of());
        all.addAll(List.of(command));
        return all;
    }
}
