package io.mpstream.streamer.auth;

import io.mpstream.config.OwnerOnly;
import io.mpstream.config.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must not be forgotten of tokens: which are revoked, whose are, and which refresh token of each family is the next. A file of lines, to
 * which each change is appended before it holds; what has expired is left out when the file is written anew. Any thread: changes are made
 * under the lock, which is held while a line is written, so not on I/O threads; look-ups take none.
 */
final class Ledger {
    /** Of each kind; beyond it nothing is taken any more. */
    static final int ENTRIES_MAX = 100_000;
    /** The serial of a family that is revoked. */
    private static final long REVOKED = -1;

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int LINES_BETWEEN_REWRITES = 4 * ENTRIES_MAX;

    private final Path file;
    /** Revoked tokens, and until when they would have held. */
    private final ConcurrentMap<String, Long> tokens = new ConcurrentHashMap<>();
    /** Users, and since when their tokens hold, in seconds. */
    private final ConcurrentMap<String, Long> users = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Family> families = new ConcurrentHashMap<>();
    /** In the file; guarded by this. */
    private int lines;

    /** What descends from one sign-in: the serial number of its refresh token that is good, and until when any is. */
    private record Family(long serial, long untilMs) {
    }

    /**
     * The ledger in this file, or one for this run only.
     *
     * @param file null for none
     */
    Ledger(Path file) {
        this.file = file;
        if (file != null) {
            read();
            rewrite();
        }
    }

    private void read() {
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file, StandardCharsets.US_ASCII) : List.<String>of()) {
                String[] part = line.split(" ");
                try {
                    switch (part[0]) {
                        case "token" -> tokens.put(part[1], Long.valueOf(part[2]));
                        case "user" -> users.merge(decode(part[1]), Long.valueOf(part[2]), Math::max);
                        case "family" -> families.put(part[1], new Family(Long.parseLong(part[2]), Long.parseLong(part[3])));
                        default -> LOG.warn("{} has a line that says nothing: passed over", file);
                    }
                } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                    // The last one, if the process was killed while it wrote.
                    LOG.warn("{} has a line that is cut: passed over", file);
                }
            }
        } catch (IOException e) {
            throw new Refusal("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static String encode(String user) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String encoded) {
        return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    /** Writes what still matters, beside the file and then in its place. */
    private void rewrite() {
        long nowMs = System.currentTimeMillis();
        tokens.values().removeIf(untilMs -> untilMs < nowMs);
        families.values().removeIf(family -> family.untilMs < nowMs);
        List<String> all = new ArrayList<>();
        tokens.forEach((fingerprint, untilMs) -> all.add("token " + fingerprint + " " + untilMs));
        users.forEach((user, sinceS) -> all.add("user " + encode(user) + " " + sinceS));
        families.forEach((name, family) -> all.add(line(name, family)));
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            OwnerOnly.create(fresh, (String.join("\n", all) + (all.isEmpty() ? "" : "\n")).getBytes(StandardCharsets.US_ASCII));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            lines = all.size();
        } catch (IOException e) {
            throw new UnavailableException("cannot write " + file, e);
        }
    }

    private static String line(String name, Family family) {
        return "family " + name + " " + family.serial + " " + family.untilMs;
    }

    private void append(String line) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, line + "\n", StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.error("cannot write {}", file, e);
            throw new UnavailableException("the change could not be stored", e);
        }
        if (++lines > LINES_BETWEEN_REWRITES) {
            rewrite();
        }
    }

    private void requireRoom(Map<String, ?> entries) {
        if (entries.size() >= ENTRIES_MAX) {
            if (file != null) {
                rewrite();
            }
            if (entries.size() >= ENTRIES_MAX) {
                throw new UnavailableException("the ledger of tokens is full", null);
            }
        }
    }

    /** Whether this token is revoked, or its user, or the sign-in that it goes back to. */
    boolean isRevoked(Principal principal) {
        if (!tokens.isEmpty() && tokens.containsKey(principal.fingerprint())) {
            return true;
        }
        Long sinceS = users.isEmpty() ? null : users.get(principal.user());
        if (sinceS != null && principal.issuedAtS() < sinceS) {
            return true;
        }
        Family family = principal.family() == null ? null : families.get(principal.family());
        return family != null && family.serial == REVOKED;
    }

    /** Revokes a token. */
    synchronized void revokeToken(String fingerprint, long untilMs) {
        requireRoom(tokens);
        append("token " + fingerprint + " " + untilMs);
        tokens.put(fingerprint, untilMs);
    }

    /** Revokes all that this user has been issued so far. */
    synchronized void revokeUser(String user) {
        requireRoom(users);
        // Tokens tell whole seconds: those of this one go too.
        long sinceS = System.currentTimeMillis() / 1_000 + 1;
        append("user " + encode(user) + " " + sinceS);
        users.merge(user, sinceS, Math::max);
    }

    /** Since when tokens of this user hold, in seconds; 0 for ever. */
    long validSinceS(String user) {
        return users.getOrDefault(user, 0L);
    }

    /** A sign-in: its first refresh token has the serial number 1. */
    synchronized void open(String family, long untilMs) {
        requireRoom(families);
        put(family, new Family(1, untilMs));
    }

    /**
     * Spends a refresh token, so that the one with the next serial number is good. One that was spent before revokes its family:
     * somebody else has it.
     *
     * @return whether it was good
     */
    synchronized boolean spend(String family, long serial) {
        Family known = families.get(family);
        if (known == null || known.serial == REVOKED) {
            return false;
        }
        put(family, new Family(known.serial == serial ? serial + 1 : REVOKED, known.untilMs));
        return known.serial == serial;
    }

    /** Revokes all that descends from a sign-in. */
    synchronized void revokeFamily(String family) {
        Family known = families.get(family);
        if (known != null) {
            put(family, new Family(REVOKED, known.untilMs));
        }
    }

    private void put(String name, Family family) {
        append(line(name, family));
        families.put(name, family);
    }
}
