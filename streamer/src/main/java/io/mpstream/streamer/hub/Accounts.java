package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

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
        return with(name, account -> account.admit(limits, clock.nanoTime()));
    }

    /** Takes a query of an earlier run, in any case. */
    Account recall(String name) {
        return with(name, Account::recall);
    }

    /**
     * Takes a session.
     *
     * @throws TooManyException if the account has too many
     */
    Account join(String name) {
        return with(name, account -> account.join(limits));
    }

    /** Does something with an account, in the map's own turn, so that it is not dropped as idle meanwhile. */
    private Account with(String name, Consumer<Account> change) {
        return name == null ? null : byName.compute(name, (_, known) -> {
            Account account = known == null ? new Account() : known;
            change.accept(account);
            return account;
        });
    }

    /** Drops those that hold nothing. */
    void prune() {
        byName.keySet().forEach(name -> byName.computeIfPresent(name, (_, account) -> account.isIdle(clock.nanoTime()) ? null : account));
    }
}
