package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client makes of a stream is the text, in every format and across every cut. {@code -Dseed=…} plays a run again. */
class FormatsIT {
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        System.out.println("FormatsIT seed " + SEED);
        server = RunningServer.start(folder, "--responder", Steps.responder());
    }

    @Test
    void randomTextsCutAtRandomAreTheSameInEveryFormat() throws Exception {
        Together.play(40, i -> {
            Random random = new Random(SEED + i);
            String text = randomText(random, random.nextInt(4_000));
            String query = query(random, "random-" + i, text, 1 + random.nextInt(40), random.nextInt(3) * 1_000);
            for (Shape shape : Shape.values()) {
                try (Viewer viewer = new Viewer(server, shape)) {
                    viewer.ask(query).all();
                    assertWhole(text, shape, viewer, i);
                }
            }
        });
    }

    @Test
    void lineOfAMegabyteArrivesInEveryFormat() throws Exception {
        String text = "x中é😀\u0001\"\\".repeat(100_000);
        assertTrue(text.getBytes(StandardCharsets.UTF_8).length > 1 << 20);
        Random random = new Random(SEED);
        String query = query(random, "megabyte", text, 200, 0);
        Together.play(Shape.values().length, i -> {
            try (Viewer viewer = new Viewer(server, Shape.values()[i])) {
                viewer.ask(query).all();
                assertWhole(text, Shape.values()[i], viewer, i);
            }
        });
    }

    @Test
    void manyShortLinesOfAllKindsArriveInEveryFormat() throws Exception {
        StringBuilder lines = new StringBuilder();
        Random random = new Random(SEED);
        for (int i = 0; i < 60_000; i++) {
            lines.append(List.of("\r", "\n", "\r\n", "", "a", ": ", "data:", "id: 1", " ", "\u0000", "\uFEFF").get(random.nextInt(11)));
        }
        String query = query(random, "lines", lines.toString(), 500, 0);
        Together.play(Shape.values().length, i -> {
            try (Viewer viewer = new Viewer(server, Shape.values()[i])) {
                viewer.ask(query).all();
                assertWhole(lines.toString(), Shape.values()[i], viewer, i);
            }
        });
    }

    @Test
    void cutsAndResumesLeaveNoTrace() throws Exception {
        Together.play(60, i -> {
            Random random = new Random(SEED - i);
            String text = randomText(random, 200 + random.nextInt(3_000));
            String query = query(random, "cuts-" + i, text, 1 + random.nextInt(60), random.nextInt(3) * 1_500);
            Shape shape = Shape.values()[i % Shape.values().length];
            try (Viewer viewer = new Viewer(server, shape)) {
                viewer.ask(query).head();
                for (int cut = 0; cut < 10 && viewer.outcome() == null; cut++) {
                    int reads = random.nextInt(8);
                    while (reads-- > 0 && viewer.read(1 + random.nextInt(random.nextBoolean() ? 20 : 1_500))) {
                        // Then cut.
                    }
                    if (viewer.outcome() == null) {
                        viewer.cut(random.nextBoolean());
                        viewer.comeBack();
                    }
                }
                viewer.all();
                assertWhole(text, shape, viewer, i);
            }
        });
    }

    @Test
    void everyPlaceBetweenTwoCharactersCanBeGoneOnFrom() throws IOException {
        String text = "a\r\nb\rc\n\r\n\r\rd\n\n\u0000é中😀👩‍👩‍👧‍👦\r";
        String stream;
        try (Viewer first = new Viewer(server, Shape.TEXT)) {
            stream = first.ask(query(new Random(SEED), "places", text, 7, 0)).all().stream();
        }
        for (int at = 0; at <= text.length(); at = at == text.length() ? at + 1 : text.offsetByCodePoints(at, 1)) {
            String before = text.substring(0, at);
            int offset = before.getBytes(StandardCharsets.UTF_8).length;
            for (Shape shape : Shape.values()) {
                try (Viewer viewer = new Viewer(server, shape)) {
                    viewer.got().begin(stream, offset);
                    viewer.follow(stream, "offset=" + offset).all();
                    assertEquals(shape.arriving(text), shape.arriving(before) + viewer.text(), shape + " from " + offset);
                    assertEquals("completed", viewer.outcome());
                }
            }
        }
    }

    @Test
    void textIsExactOverHttp10() throws Exception {
        Random random = new Random(SEED);
        for (int i = 0; i < 10; i++) {
            String text = randomText(random, random.nextInt(5_000));
            try (Viewer viewer = new Viewer(server, Shape.TEXT)) {
                viewer.send("GET /" + Wire.encode(query(random, "old-" + i, text, 20, 0)) + " HTTP/1.0\r\n\r\n").all();
                assertNull(viewer.response().header("Transfer-Encoding"));
                assertEquals(text + "\n", viewer.text(), "seed " + SEED);
            }
        }
    }

    @Test
    void eachChunkIsOneCodePoint() throws Exception {
        Random random = new Random(SEED);
        String text = randomText(random, 5_000);
        try (Viewer viewer = new Viewer(server, Shape.CHARACTERS).keepChunks()) {
            viewer.ask(query(random, "code-points", text, 100, 500)).all();
            List<String> expected = new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
            expected.add("\n");
            assertEquals(expected, viewer.chunks(), "seed " + SEED);
        }
    }

    @Test
    void whatAPersonSeesAsOneCharacterIsOneChunk() throws Exception {
        List<String> clusters = new ArrayList<>(List.of("a", "e\u0301", "👩‍👩‍👧‍👦", "🇩🇪", "🇫🇷", "🇯🇵", "\r\n", "\n", "👍🏽", "한", "각", "ก\u0E33",
                "🏳️‍🌈", "x", "o\u0308\u0304", "中", " "));
        Random random = new Random(SEED);
        java.util.Collections.shuffle(clusters, random);
        for (int pauseUs : new int[] {0, 4_000}) {
            try (Viewer viewer = new Viewer(server, Shape.GRAPHEMES).keepChunks()) {
                viewer.ask(query(random, "clusters-" + pauseUs, String.join("", clusters), 60, pauseUs)).all();
                List<String> expected = new ArrayList<>(clusters);
                expected.add("\n");
                assertEquals(expected, viewer.chunks(), "seed " + SEED);
                assertEquals("completed", viewer.outcome());
            }
        }
    }

    @Test
    void failureIsToldInEveryFormat() {
        for (Shape shape : Shape.values()) {
            try (Viewer viewer = new Viewer(server, shape)) {
                viewer.ask(Steps.of("say half é", "fail no \"more\"\r\nid: x")).all();
                assertEquals("half é", viewer.text());
                assertEquals(!shape.isText(), viewer.response().isWhole(), shape.toString());
                assertEquals(shape.isText() ? null : "failed", viewer.outcome());
                assertEquals(shape.isText() ? null : "IllegalStateException: no \"more\" id: x", viewer.got().detail());
            }
        }
    }

    private static String query(Random random, String name, String text, int pieces, int pauseUs) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return "cut " + random.nextLong() + " " + pieces + " " + pauseUs + " " + file;
    }

    /** Of all planes, and rich in line ends. */
    private static String randomText(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(8)) {
                case 0 -> text.append("\r\n");
                case 1 -> text.append(random.nextBoolean() ? '\r' : '\n');
                case 2 -> text.append("data: \u0000\u2028\u0085\uFEFF".charAt(random.nextInt(10)));
                case 3 -> text.appendCodePoint(scalar(random.nextInt(Character.MAX_CODE_POINT + 1)));
                default -> text.appendCodePoint(scalar(random.nextInt(0x400)));
            }
        }
        return text.toString();
    }

    private static int scalar(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE ? 0x1F600 : codePoint;
    }

    private static void assertWhole(String text, Shape shape, Viewer viewer, int i) {
        String where = shape + " " + i + " seed " + SEED;
        assertEquals(shape.arriving(text), viewer.text(), where);
        assertEquals("completed", viewer.outcome(), where);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(utf8.length, viewer.got().offset(), where);
        assertEquals(HexFormat.of().formatHex(sha256(utf8)), viewer.got().sha256(), where);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
