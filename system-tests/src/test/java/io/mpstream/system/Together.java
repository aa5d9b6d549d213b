package io.mpstream.system;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Scenarios that are played at the same time. */
final class Together {
    private Together() {
    }

    /** One of them. */
    interface Scenario {
        void play(int number) throws Exception;
    }

    /** Plays so many, and fails with the first that fails. */
    static void play(int count, Scenario scenario) throws Exception {
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                all.add(each.submit(() -> {
                    scenario.play(number);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }
}
