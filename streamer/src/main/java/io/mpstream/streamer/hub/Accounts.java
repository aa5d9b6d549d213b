package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The accounts that hold anything. A name that is null stands for what is not counted: the server's own, and callers on this machine. Any
 * thread.
 */
final class Accounts {
    private final ConcurrentMap<String, Account> byName = new ConcurrentHashMap<>();
    private final Limits limits;
    private final Clock clock;

    Accounts(Limits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Takes a query.
     *
     * @return its account, or null if it is not counted
     * @throws TooManyException if the account has too many
     */
    Account admit(String name) {
        // In the map's own turn, so that none is dropped as idle meanwhile.
        return name == null ? null : byName.compute(name, (_, known) -> {
            Account account = known == null ? new Account() : known;
            account.admit(limits, clock.nanoTime());
            return account;
        });
    }

    /** Takes a query of an earlier run, in any case. */
    Account recall(String name) {
        return name == null ? null : byName.compute(name, (_, known) -> {
            Account account = known == null ? new Account() : known;
            account.recall();
            return account;
        });
    }

    /**
     * Takes a session.
     *
     * @throws TooManyException if the account has too many
     */
    Account join(String name) {
        return name == null ? null : byName.compute(name, (_, known) -> {
            Account account = known == null ? new Account() : known;
            account.join(limits);
            return account;
        });
    }

    /** Drops those that hold nothing. */
    void prune() {
        byName.keySet().forEach(name -> byName.computeIfPresent(name, (_, account) -> account.isIdle(clock.nanoTime()) ? null : account));
    }
}
