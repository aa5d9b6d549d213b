package io.mpstream.streamer.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.IOUtils;
import io.mpstream.settings.Bound;
import java.io.Closeable;
import java.net.MalformedURLException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that somebody publishes (RFC 7517): fetched when they are first wanted, again before they are old, and when a token names one
 * that is not among them. While they cannot be fetched the last ones hold.
 */
final class PublishedKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedKeys.class);
    private static final int TIMEOUT_MS = 3_000;
    private static final int BYTES_MAX = 1 << 20;
    private static final long HOLD_MS = TimeUnit.MINUTES.toMillis(5);
    private static final long REFRESH_AHEAD_MS = TimeUnit.MINUTES.toMillis(1);
    /** For those who wait while another thread fetches. */
    private static final long WAIT_MS = TimeUnit.SECONDS.toMillis(10);
    /** Tokens that name unknown keys do not make it fetch more often. */
    private static final long FETCH_EVERY_MS = Bound.KEY_FETCH.time().toMillis();
    private static final long WARN_EVERY_MS = TimeUnit.MINUTES.toMillis(1);
    private static final long OUTAGE_MS = TimeUnit.HOURS.toMillis(24);

    private final URI address;
    private final JWKSource<SecurityContext> source;
    private final AtomicLong warnedMs = new AtomicLong();
    private volatile boolean isFetched;

    PublishedKeys(URI address) {
        this.address = address;
        ScheduledExecutorService scheduled = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("keys").daemon().factory());
        try {
            this.source = JWKSourceBuilder.create(address.toURL(), new DefaultResourceRetriever(TIMEOUT_MS, TIMEOUT_MS, BYTES_MAX))
                    .cache(HOLD_MS, WAIT_MS)
                    .refreshAheadCache(REFRESH_AHEAD_MS, event -> { }, Executors.newVirtualThreadPerTaskExecutor(), true, scheduled, true)
                    .rateLimited(FETCH_EVERY_MS)
                    .retrying(true)
                    .outageTolerant(OUTAGE_MS)
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("the settings have checked it", e);
        }
    }

    /**
     * The keys that a header may mean. May fetch them, so not on an I/O thread.
     *
     * @throws UnavailableException if they cannot be fetched, and never were
     */
    List<Key> fitting(JWSHeader header) {
        List<Key> fitting = new ArrayList<>();
        for (JWK key : select(header)) {
            try {
                fitting.add(switch (key) {
                    case RSAKey rsa when rsa.size() >= PublicKeys.RSA_BITS_MIN -> rsa.toRSAPublicKey();
                    case ECKey ec -> ec.toECPublicKey();
                    case OctetKeyPair ed -> Ed25519.key(ed);
                    default -> throw new JOSEException("no use for one of type " + key.getKeyType() + " and " + key.size() + " bits");
                });
            } catch (JOSEException | GeneralSecurityException e) {
                LOG.warn("a key at {} cannot be used: {}", address, e.getMessage());
            }
        }
        return fitting;
    }

    private List<JWK> select(JWSHeader header) {
        try {
            List<JWK> keys = source.get(new JWKSelector(JWKMatcher.forJWSHeader(header)), null);
            isFetched = true;
            return keys;
        } catch (KeySourceException e) {
            if (e instanceof RateLimitReachedException && isFetched) {
                // They were fetched a moment ago, and this one is not among them.
                return List.of();
            }
            warn(e);
            throw new UnavailableException("the keys that tokens are checked with cannot be fetched", e);
        }
    }

    /** Now and then, not for each request that brings a token. */
    private void warn(KeySourceException e) {
        long nowMs = System.currentTimeMillis();
        long last = warnedMs.get();
        if (nowMs - last >= WARN_EVERY_MS && warnedMs.compareAndSet(last, nowMs)) {
            LOG.warn("keys cannot be fetched from {}: {}", address, e.getMessage());
        }
    }

    @Override
    public void close() {
        IOUtils.closeSilently((Closeable) source);
    }
}
