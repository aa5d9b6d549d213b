package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients on bad networks. {@code -Dseed=…} plays a run again, but for what the scheduler does. */
class ResumesIT {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int CLIENTS = 200;
    private static final int CUTS = 10;

    @TempDir
    Path folder;

    @Test
    void twoHundredClientsThatAreCutTenTimesEachMissNothing() throws Exception {
        System.out.println("ResumesIT seed " + SEED);
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder())) {
            Together.play(CLIENTS, i -> {
                Random random = new Random(SEED + i);
                Shape shape = Shape.values()[i % Shape.values().length];
                try (Viewer viewer = new Viewer(server, shape)) {
                    play(viewer, shape, random, i);
                } catch (AssertionError e) {
                    throw new AssertionError("client " + i + " " + shape + " seed " + SEED, e);
                }
            });
        }
    }

    private void play(Viewer viewer, Shape shape, Random random, int i) throws Exception {
        Path asked = folder.resolve("asked-" + i);
        String text = text(random);
        Path file = Files.writeString(folder.resolve("text-" + i), text);
        String query = Steps.of("note " + asked, "cut " + random.nextLong() + " 60 30000 " + file);
        String key = "Idempotency-Key: client-" + i;
        viewer.ask(query, "", key);
        for (int cut = 0; cut < CUTS; cut++) {
            int reads = random.nextInt(12);
            while (reads-- > 0 && viewer.read(1 + random.nextInt(random.nextBoolean() ? 30 : 3_000))) {
                // Then cut.
            }
            if (viewer.outcome() != null) {
                break;
            }
            viewer.cut(random.nextBoolean());
            if (viewer.stream() == null) {
                // Not even the head has come: the key is all that this client has.
                viewer.ask(query, "", key);
            } else {
                viewer.comeBack();
            }
        }
        viewer.all();
        assertEquals(shape.arriving(text), viewer.text());
        assertEquals("completed", viewer.outcome());
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, viewer.got().offset());
        assertEquals(1, Steps.noted(asked));
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 800; i++) {
            text.append(i).append(switch (random.nextInt(6)) {
                case 0 -> "\r\n";
                case 1 -> "\r";
                case 2 -> "中é";
                case 3 -> "😀👩‍👩‍👧‍👦";
                case 4 -> "\n\n";
                default -> "\u0000 \"\\";
            });
        }
        return text.toString();
    }
}
