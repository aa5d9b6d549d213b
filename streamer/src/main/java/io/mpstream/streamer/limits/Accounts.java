package io.mpstream.streamer.limits;

import io.mpstream.agent.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * The accounts that hold anything. A name that is null stands for what is not counted: the server's own, and callers on this machine. Any
 * thread.
 */
public final class Accounts {
    private final ConcurrentMap<String, Account> byName = new ConcurrentHashMap<>();
    private final Limits limits;
    private final Clock clock;

    /** Accounts within these limits, none of which has anything yet. */
    public Accounts(Limits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Takes a query.
     *
     * @return its account, or null if it is not counted
     * @throws RefusedException if the account has too many
     */
    public Account admit(String name) {
        return with(name, account -> account.admit(limits, clock.nanoTime()));
    }

    /** Takes a query of an earlier run, in any case. */
    public Account restore(String name) {
        return with(name, Account::restore);
    }

    /**
     * Takes a session.
     *
     * @throws RefusedException if the account has too many
     */
    public Account join(String name) {
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
    public void prune() {
        byName.keySet().forEach(name -> byName.computeIfPresent(name, (_, account) -> account.isIdle(clock.nanoTime()) ? null : account));
    }
}
