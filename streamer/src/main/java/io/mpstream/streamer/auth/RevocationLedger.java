package io.mpstream.streamer.auth;

import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that must not be forgotten of tokens: which are revoked, whose are, and which refresh token of each family is the next. A file of lines, to
 * which each change is appended before it holds; what has expired is left out when the file is written anew. Several streamers may have it: each
 * reads what others have added before it changes anything, and about once a second. Any thread: changes are made under the lock, which is held
 * while a line is written, so not on I/O threads; look-ups take none.
 */
final class RevocationLedger {
    /** Of each kind; beyond it nothing is taken any more. */
    static final int ENTRIES_MAX = 100_000;
    /** Tokens of one user that are revoked one by one; beyond it all of that user's are, so that no user can fill the ledger. */
    static final int TOKENS_OF_USER_MAX = 1_000;
    /** The serial of a family that is revoked. */
    private static final long REVOKED = -1;
    /** Tokens and tickets that a family has begot may outlive it. */
    private static final long OUTLIVED_MS = TimeUnit.DAYS.toMillis(30);

    private static final Logger LOG = LoggerFactory.getLogger(RevocationLedger.class);
    private static final int LINES_BETWEEN_REWRITES = 4 * ENTRIES_MAX;
    private static final long REWRITE_EVERY_NS = TimeUnit.MINUTES.toNanos(1);

    /** Null where nothing is kept. */
    private final LedgerFile file;
    private final long leewayS;
    private final ConcurrentMap<String, Revoked> tokens = new ConcurrentHashMap<>();
    /** Users, and since when their tokens hold, in seconds. */
    private final ConcurrentMap<String, Long> users = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Family> families = new ConcurrentHashMap<>();

    // Guarded by this.
    private final Map<String, Integer> tokensOfUser = new HashMap<>();
    private int lines;
    private long rewrittenNs;

    /** A revoked token: whose, and until when that need be known. */
    private record Revoked(long untilMs, String user) {
    }

    /** The tokens that descend from one sign-in: the serial number of its refresh token that is good, and until when any is. */
    private record Family(long serial, long untilMs) {
    }

    /**
     * The ledger in this file, or one for this run only.
     *
     * @param file   null for none
     * @param leeway how far ahead the clock may be of who issues tokens
     * @throws StartupException if the file cannot be read and written
     */
    RevocationLedger(Path file, Duration leeway) {
        this.file = file == null ? null : new LedgerFile(file);
        this.leewayS = leeway.toSeconds();
        if (file != null) {
            try (FileChannel _ = this.file.lock()) {
                this.file.readNew(this::read);
                rewrite();
            } catch (IOException e) {
                throw new StartupException("cannot use " + file + ": " + e.getMessage(), e);
            }
        }
    }

    /** Learns what another streamer has changed. */
    synchronized void refresh() {
        try {
            if (file != null) {
                file.readNew(this::read);
            }
        } catch (IOException e) {
            LOG.error("cannot read {}; what another streamer revokes is not known here", file, e);
        }
    }

    private void read(String line) {
        lines++;
        String[] part = line.split(" ");
        try {
            switch (part[0]) {
                case "token" -> put(part[1], new Revoked(Long.parseLong(part[2]), decode(part[3])));
                case "user" -> users.merge(decode(part[1]), Math.min(Long.parseLong(part[2]), revokedSinceS()), Math::max);
                case "family" -> families.put(part[1], new Family(Long.parseLong(part[2]), Long.parseLong(part[3])));
                default -> LOG.warn("{} has a line that says nothing: passed over", file);
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            // It was being written when the process was killed, or the disk was full.
            LOG.warn("{} has a line that is cut: passed over", file);
        }
    }

    /** Makes a change that depends on what is known by now, also to other streamers. Under this object's lock. */
    private <T> T change(Supplier<T> change) {
        if (file == null) {
            return change.get();
        }
        try (FileChannel _ = file.lock()) {
            file.readNew(this::read);
            return change.get();
        } catch (IOException | UncheckedIOException e) {
            LOG.error("cannot write {}", file, e);
            throw new UnavailableException("the change could not be stored", e);
        }
    }

    private void put(String fingerprint, Revoked revoked) {
        if (tokens.put(fingerprint, revoked) == null) {
            tokensOfUser.merge(revoked.user, 1, Integer::sum);
        }
    }

    private static String encode(String user) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String encoded) {
        return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    /** Writes what still matters. */
    private void rewrite() throws IOException {
        forgetExpired();
        List<String> all = new ArrayList<>();
        tokens.forEach((fingerprint, revoked) -> all.add(line(fingerprint, revoked)));
        users.forEach((user, sinceS) -> all.add(line(user, sinceS)));
        families.forEach((name, family) -> all.add(line(name, family)));
        file.rewrite(all);
        lines = 0;
        file.readNew(this::read);
    }

    private void forgetExpired() {
        long nowMs = System.currentTimeMillis();
        rewrittenNs = System.nanoTime();
        tokens.values().removeIf(revoked -> revoked.untilMs < nowMs);
        tokensOfUser.clear();
        tokens.values().forEach(revoked -> tokensOfUser.merge(revoked.user, 1, Integer::sum));
        families.values().removeIf(family -> family.untilMs + OUTLIVED_MS < nowMs);
    }

    private static String line(String fingerprint, Revoked revoked) {
        return "token " + fingerprint + " " + revoked.untilMs + " " + encode(revoked.user);
    }

    private static String line(String user, long sinceS) {
        return "user " + encode(user) + " " + sinceS;
    }

    private static String line(String name, Family family) {
        return "family " + name + " " + family.serial + " " + family.untilMs;
    }

    private void append(String line) {
        if (file == null) {
            return;
        }
        try {
            file.append(line);
            file.readNew(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (lines > LINES_BETWEEN_REWRITES) {
            tidy();
        }
    }

    /** Writes it anew, if that was not tried a moment ago. */
    private void tidy() {
        if (System.nanoTime() - rewrittenNs < REWRITE_EVERY_NS) {
            return;
        }
        try {
            if (file == null) {
                forgetExpired();
            } else {
                rewrite();
            }
        } catch (IOException e) {
            LOG.error("cannot write {} anew; it goes on growing", file, e);
        }
    }

    private void requireRoom(Map<String, ?> entries) {
        if (entries.size() >= ENTRIES_MAX) {
            tidy();
            if (entries.size() >= ENTRIES_MAX) {
                throw new UnavailableException("the ledger of tokens is full", null);
            }
        }
    }

    /** Whether this token is revoked, or what it was given for, or its user, or the sign-in that it goes back to. */
    boolean isRevoked(Principal principal) {
        if (!tokens.isEmpty() && (tokens.containsKey(principal.fingerprint()) || principal.givenBy() != null && tokens.containsKey(principal.givenBy()))) {
            return true;
        }
        Long sinceS = users.isEmpty() ? null : users.get(principal.user());
        if (sinceS != null && principal.issuedAtS() < sinceS) {
            return true;
        }
        Family family = principal.family() == null ? null : families.get(principal.family());
        return family != null && family.serial == REVOKED;
    }

    /** Revokes a token, and what was given for it; all of its user's, if too many are revoked. */
    synchronized void revokeToken(Principal principal, long untilMs) {
        change(() -> {
            revoke(principal, untilMs);
            return null;
        });
    }

    private void revoke(Principal principal, long untilMs) {
        if (tokens.containsKey(principal.fingerprint())) {
            return;
        }
        if (tokensOfUser.getOrDefault(principal.user(), 0) >= TOKENS_OF_USER_MAX) {
            revoke(principal.user());
            return;
        }
        requireRoom(tokens);
        Revoked revoked = new Revoked(untilMs, principal.user());
        append(line(principal.fingerprint(), revoked));
        put(principal.fingerprint(), revoked);
    }

    /** Revokes all that this user has been issued so far. */
    synchronized void revokeUser(String user) {
        change(() -> {
            revoke(user);
            return null;
        });
    }

    private void revoke(String user) {
        if (!users.containsKey(user)) {
            requireRoom(users);
        }
        long sinceS = revokedSinceS();
        append(line(user, sinceS));
        users.merge(user, sinceS, Math::max);
    }

    /** Tokens of now are revoked by it: they tell whole seconds, by a clock that may be ahead. */
    private long revokedSinceS() {
        return System.currentTimeMillis() / 1_000 + leewayS + 1;
    }

    /** The second that a token for this user is issued in: now, or the first one whose tokens are not revoked. */
    long issueTimeS(String user) {
        return Math.max(System.currentTimeMillis() / 1_000, users.getOrDefault(user, 0L));
    }

    /** A sign-in: its first refresh token has the serial number 1. */
    synchronized void open(String family, long untilMs) {
        change(() -> {
            requireRoom(families);
            put(family, new Family(1, untilMs));
            return null;
        });
    }

    /**
     * Spends a refresh token, so that the one with the next serial number is good. One that was spent before revokes its family:
     * somebody else has it. So does one whose user is revoked.
     *
     * @return the second that the next ones are issued in, or -1 if it was not good
     */
    synchronized long spend(String family, long serial, String user, long issuedAtS) {
        return change(() -> spent(family, serial, user, issuedAtS));
    }

    private long spent(String family, long serial, String user, long issuedAtS) {
        Family known = families.get(family);
        if (known == null || known.serial == REVOKED) {
            return -1;
        }
        boolean isGood = known.serial == serial && issuedAtS >= users.getOrDefault(user, 0L);
        put(family, new Family(isGood ? serial + 1 : REVOKED, known.untilMs));
        return isGood ? issueTimeS(user) : -1;
    }

    /** Revokes all that descends from a sign-in. */
    synchronized void revokeFamily(String family) {
        change(() -> {
            Family known = families.get(family);
            if (known != null) {
                put(family, new Family(REVOKED, known.untilMs));
            }
            return null;
        });
    }

    private void put(String name, Family family) {
        append(line(name, family));
        families.put(name, family);
    }
}
