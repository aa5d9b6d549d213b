package io.mpstream.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * All that a chaos run does, from its seed alone.
 *
 * @param seed        of all of it
 * @param lengthMs    of the time in which clients come and faults happen
 * @param rolls       whether the journals begin a file each second
 * @param isResumable whether the responder can go on with an answer that a killed producer had begun
 * @param parts       the clients, by number
 * @param faults      in the order in which they happen
 */
record ChaosPlan(long seed, long lengthMs, boolean rolls, boolean isResumable, List<Part> parts, List<Fault.Timed> faults) {
    private static final int ASKERS_A_SECOND = 3;
    private static final int WATCHERS_A_SECOND = 2;
    private static final long FAULT_EVERY_MS = 1_300;
    /** So that run.sh does not take a process for one that keeps dying: it would wait longer and longer. */
    private static final long BETWEEN_DEATHS_MS = 4_500;
    private static final int CLOCK_STEP_S_MAX = 600;

    static ChaosPlan of(long seed, long lengthMs) {
        Random random = new Random(seed);
        boolean rolls = random.nextInt(4) > 0;
        boolean isResumable = random.nextBoolean();
        List<Part> parts = parts(random, lengthMs);
        return new ChaosPlan(seed, lengthMs, rolls, isResumable, parts, faults(random, lengthMs, parts));
    }

    private static List<Part> parts(Random random, long lengthMs) {
        List<Part> parts = new ArrayList<>();
        int askers = (int) (lengthMs * ASKERS_A_SECOND / 1_000);
        for (int i = 0; i < askers; i++) {
            parts.add(part(random, i, random.nextLong(lengthMs), script(random), i));
        }
        int watchers = (int) (lengthMs * WATCHERS_A_SECOND / 1_000);
        for (int i = askers; i < askers + watchers; i++) {
            Part asker = parts.get(random.nextInt(askers));
            parts.add(part(random, i, asker.atMs() + random.nextInt(5_000), asker.script(), asker.number()));
        }
        return parts;
    }

    private static Part part(Random random, int number, long atMs, Script script, int asker) {
        Part.Way way = Part.Way.values()[random.nextInt(Part.Way.values().length)];
        Shape shape = way.shape(Shape.values()[random.nextInt(Shape.values().length)]);
        return new Part(number, atMs, way, shape, script, asker, random.nextInt(4) == 0 ? 0 : random.nextInt(1_001));
    }

    private static Script script(Random random) {
        Script.Mode mode = switch (random.nextInt(10)) {
            case 0 -> Script.Mode.FAILS;
            case 1, 2 -> Script.Mode.ENDLESS;
            case 3 -> Script.Mode.LATE;
            default -> Script.Mode.COMPLETES;
        };
        return switch (random.nextInt(8)) {
            case 0 -> new Script(random.nextLong(), 60 + random.nextInt(400), 0, 500 + random.nextInt(1_500), mode);
            case 1 -> new Script(random.nextLong(), random.nextInt(3), 0, 1, mode);
            default -> new Script(random.nextLong(), 20 + random.nextInt(300), 5 + random.nextInt(40), 1 + random.nextInt(6), mode);
        };
    }

    private static List<Fault.Timed> faults(Random random, long lengthMs, List<Part> parts) {
        List<Fault.Timed> faults = new ArrayList<>();
        long deathMs = 0;
        for (long atMs = FAULT_EVERY_MS; atMs < lengthMs; atMs += FAULT_EVERY_MS / 2 + random.nextLong(FAULT_EVERY_MS)) {
            if (atMs >= deathMs) {
                faults.add(new Fault.Timed(atMs, deadly(random)));
                deathMs = atMs + BETWEEN_DEATHS_MS;
            } else {
                faults.add(new Fault.Timed(atMs, harmless(random, atMs, parts)));
            }
        }
        faults.sort(Comparator.comparingLong(Fault.Timed::atMs));
        return List.copyOf(faults);
    }

    private static Fault deadly(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new Fault.KillBoth();
            case 1 -> new Fault.Drain();
            case 2 -> new Fault.KillStreamer();
            default -> new Fault.KillProducer();
        };
    }

    private static Fault harmless(Random random, long atMs, List<Part> parts) {
        Duration seconds = Duration.ofMillis(500 + random.nextInt(2_500));
        return switch (random.nextInt(9)) {
            case 0 -> new Fault.Stop(random.nextBoolean() ? "producer" : "streamer", seconds);
            case 1 -> new Fault.SlowResponder(seconds);
            case 2 -> new Fault.FillDisk(1 + random.nextInt(40), seconds);
            case 3 -> new Fault.StepClock(Duration.ofSeconds(random.nextInt(-CLOCK_STEP_S_MAX, CLOCK_STEP_S_MAX)));
            case 4, 5 -> new Fault.StallClient(present(random, atMs, parts), seconds.plusSeconds(1));
            default -> new Fault.CutClient(present(random, atMs, parts), random.nextBoolean());
        };
    }

    /** A client who has come by then, and has perhaps not gone. */
    private static int present(Random random, long atMs, List<Part> parts) {
        List<Part> here = parts.stream().filter(part -> part.atMs() <= atMs && part.atMs() > atMs - 4_000).toList();
        return here.isEmpty() ? 0 : here.get(random.nextInt(here.size())).number();
    }

    /** Whether the process of this role is killed. */
    boolean kills(String role) {
        return faults.stream().map(Fault.Timed::fault).anyMatch(fault -> fault instanceof Fault.KillBoth
                || role.equals("producer") && fault instanceof Fault.KillProducer || role.equals("streamer") && fault instanceof Fault.KillStreamer);
    }

    boolean fillsDisk() {
        return faults.stream().anyMatch(each -> each.fault() instanceof Fault.FillDisk);
    }

    /** For people: a line a fault, and one a client. */
    @Override
    public String toString() {
        return "seed " + seed + ", " + lengthMs + " ms, rolls " + rolls + ", resumable " + isResumable + "\n"
                + faults.stream().map(each -> each.atMs() + " " + each.fault()).collect(Collectors.joining("\n")) + "\n"
                + parts.stream().map(Part::toString).collect(Collectors.joining("\n"));
    }
}
