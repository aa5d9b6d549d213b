package io.mpstream.system;

import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Message;
import io.mpstream.responder.Messages;
import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Does the steps of the query, which are separated by {@code " | "}, one after the other. Loaded into the producer from the folder of the tests'
 * classes: a source file would be compiled at each start, which takes longer than all else of it.
 */
final class StepsResponder implements Responder {
    private static final String KIBIBYTE = "0123456789abcdé".repeat(64);

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        String told = null;
        try {
            for (String step : query.text().split(" \\| ")) {
                String[] words = step.split(" ", 2);
                String rest = words.length > 1 ? words[1] : "";
                if (words[0].equals("told")) {
                    // told FILE: writes to it when the answer is cancelled.
                    told = rest;
                } else {
                    step(words[0], rest, query, reply);
                }
            }
        } catch (CancelledException | InterruptedException e) {
            if (told != null) {
                Files.writeString(Path.of(told), "cancelled=" + reply.cancelled());
            }
            throw e;
        }
    }

    private static void step(String verb, String rest, Query query, Reply reply) throws Exception {
        switch (verb) {
            case "note" -> note(Path.of(rest));
            case "say" -> reply.write(rest);
            case "remark" -> reply.note(rest.split(" ", 2)[0], rest.split(" ", 2)[1]);
            case "units" -> units(rest, reply);
            case "user" -> reply.write(query.user() + ";" + query.attributes().getOrDefault("colour", ""));
            case "attribute" -> reply.write(query.attributes().getOrDefault(rest, "(none)"));
            case "conversation" -> reply.write(told(Messages.of(query)));
            case "ignore" -> { }
            case "number" -> number(rest.split(" ", 4), reply);
            case "kibibytes" -> kibibytes(Integer.parseInt(rest), reply);
            case "cut" -> cut(rest.split(" ", 4), reply);
            case "feed" -> feed(rest.split(" ", 4), reply);
            case "clock" -> reply.write(System.currentTimeMillis() + ";");
            case "endless" -> endless(reply);
            case "await" -> await(Path.of(rest));
            case "pause" -> TimeUnit.MILLISECONDS.sleep(Long.parseLong(rest));
            case "fail" -> throw new IllegalStateException(rest);
            case "hang" -> new CountDownLatch(1).await();
            default -> throw new IllegalArgumentException("no such step: " + verb);
        }
    }

    /** conversation: how many messages there are, and a digest of them. */
    static String told(List<Message> messages) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Message message : messages) {
            digest.update((message.role() + "\n" + message.content() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return messages.size() + " " + HexFormat.of().formatHex(digest.digest());
    }

    /** note FILE: one more byte in it, so that generations can be counted. */
    private static void note(Path file) throws IOException {
        Files.writeString(file, ".", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** units TEXT: each of its UTF-16 units for itself. */
    private static void units(String text, Reply reply) {
        for (char unit : text.toCharArray()) {
            reply.write(String.valueOf(unit));
        }
    }

    /** number FROM TO MILLISECONDS [PREFIX]: numbered segments, one after each pause. */
    private static void number(String[] words, Reply reply) throws InterruptedException {
        for (int i = Integer.parseInt(words[0]); i < Integer.parseInt(words[1]); i++) {
            TimeUnit.MILLISECONDS.sleep(Long.parseLong(words[2]));
            reply.write((words.length > 3 ? words[3] : "") + i + ";");
        }
    }

    /** kibibytes COUNT: as fast as they are taken. */
    private static void kibibytes(int count, Reply reply) {
        for (int i = 0; i < count; i++) {
            reply.write(KIBIBYTE);
        }
    }

    /** cut SEED PIECES MICROSECONDS FILE: the text of the file, cut at random places, inside surrogate pairs too. */
    private static void cut(String[] words, Reply reply) throws Exception {
        String text = Files.readString(Path.of(words[3]));
        Random random = new Random(Long.parseLong(words[0]));
        int longest = Math.max(1, 2 * text.length() / Integer.parseInt(words[1]));
        int pauseUs = Integer.parseInt(words[2]);
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + random.nextInt(longest + 1));
            reply.write(text.substring(at, end));
            at = end;
            if (pauseUs > 0) {
                TimeUnit.MICROSECONDS.sleep(random.nextInt(pauseUs));
            }
        }
    }

    /** feed FROM TO MILLISECONDS LENGTH: texts of that many bytes, each of which begins with its number, one each so many milliseconds. */
    private static void feed(String[] words, Reply reply) throws InterruptedException {
        int from = Integer.parseInt(words[0]);
        String rest = "x".repeat(Integer.parseInt(words[3]) - 10) + "\n";
        long startNs = System.nanoTime();
        for (int i = from; i < Integer.parseInt(words[1]); i++) {
            long dueNs = startNs + (i - from) * TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[2]));
            TimeUnit.NANOSECONDS.sleep(dueNs - System.nanoTime());
            reply.write("%09d".formatted(i) + rest);
        }
    }

    /** endless: as fast as it is taken, until nobody wants it. */
    private static void endless(Reply reply) {
        while (true) {
            reply.write("endless ");
        }
    }

    /** await FILE: until it is there. */
    private static void await(Path file) throws InterruptedException {
        while (!Files.exists(file)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
