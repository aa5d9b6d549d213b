// MPStream's client for browsers and for Node 20 and newer: no dependency, no build. docs/CLIENTS.md shows its use, mpstream.d.ts its types.

const SILENCE_MS = 45_000, PAUSE_MIN_MS = 250, PAUSE_MAX_MS = 5_000;   // the first: three heartbeats that did not come
const CHECKED_MAX = 64 << 20;                                          // bytes that are kept for the digest, which a browser takes of all at once
const PASSING = new Set([408, 425, 429, 502, 503, 504]);

/** Why there is no whole text: `outcome` is failed, cancelled, gone, refused, unreachable or damaged. */
export class StreamError extends Error {
  constructor(outcome, detail, more = {}) {
    super(detail ? `${outcome}: ${detail}` : outcome);
    Object.assign(this, { outcome, detail }, more);
  }
  get name() { return 'StreamError'; }
}

/** Asks. The same key with each try sees to it that nothing is asked twice. */
export const ask = (url, query, options = {}) => new Answer(url, { query }, options);
/** Follows a stream, from `options.offset` or its start. */
export const follow = (url, id, options = {}) => new Answer(url, { id, offset: options.offset }, options);
/** Follows a feed, from its live end. */
export const feed = (url, name, options = {}) => new Answer(url, { feed: name }, options);

/** An answer that is read: `for await (const text of answer)`. It is read once, and no faster than the loop takes it. */
export class Answer {
  #url; #what; #options; #key; #link; #bytes; #encoder = new TextEncoder(); #hasRead = false; #isJoining = false;

  constructor(url, what, options) {
    [this.#url, this.#what, this.#options] = [String(url).replace(/\/+$/, ''), what, options];
    this.#key = options.key ?? hex(crypto.getRandomValues(new Uint8Array(16)));
    this.id = what.id;
    this.offset = what.offset ?? 0;
    this.end = null;
    this.#bytes = crypto.subtle && !what.feed && !this.offset ? [] : null;
  }

  /** Reads all of it: the text. Throws a StreamError if it is not whole. */
  async text() {
    let all = '';
    for await (const text of this) all += text;
    return all;
  }

  /** Reads all of it, for the callbacks of the options, and returns the end, whatever it is. */
  async read() {
    try {
      for await (const _ of this);
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      if (!this.end) this.#ends({ ...error, offset: this.offset });
    }
    return this.end;
  }

  /** Stops the answer, for all who read it. */
  async stop() {
    if (this.id) await this.#request(`/v1/stream/${this.id}`, { method: 'DELETE' });
  }

  /** Drops the connection; it is resumed at the next character. */
  reconnect() {
    this.#link?.abort();
  }

  async *[Symbol.asyncIterator]() {
    const { signal, token, connect, patienceMs = 60_000, onRetry } = this.#options;
    let pauseMs = PAUSE_MIN_MS, lostMs = 0, isFresh = false;
    while (true) {
      signal?.throwIfAborted();
      const link = this.#link = new AbortController();
      const messages = this.#messages(signal ? AbortSignal.any([signal, link.signal]) : link.signal, isFresh);
      let retryMs, cause, wasFresh = isFresh;
      isFresh = false;
      try {
        while (true) {
          // A connection that many share is its transport's to watch.
          const watch = connect ? 0 : setTimeout(() => link.abort(), SILENCE_MS);
          const next = await messages.next().catch(error => ({ error })).finally(() => clearTimeout(watch));
          const message = next.value;
          cause = next.error ?? (message?.error && refusal(message.error));
          if (cause || next.done || signal?.aborted) break;
          [pauseMs, lostMs] = [PAUSE_MIN_MS, 0];
          const text = this.#take(message);
          if (text) yield text;
          if (message.end) return await this.#finish(message.end);
          isFresh = !!message.expired;
          retryMs = message.interrupted?.retryMs;
          if (message.interrupted || isFresh) break;
        }
      } finally {
        link.abort();
        messages.return(undefined).catch(() => {});
      }
      signal?.throwIfAborted();
      if (cause instanceof StreamError) {
        if (cause.status === 401 && typeof token === 'function' && !wasFresh) isFresh = true;
        // 400: a place that we have read up to, and this server not yet.
        else if (!PASSING.has(cause.status) && !(cause.status === 400 && this.#hasRead)) throw cause;
        retryMs = cause.retryMs || undefined;
      }
      lostMs ||= Date.now();
      retryMs ??= isFresh ? 0 : pauseMs * (1 + Math.random()) / 2;
      if (Date.now() + retryMs - lostMs > patienceMs) {
        throw cause instanceof StreamError ? cause : new StreamError('unreachable', cause?.cause?.message || cause?.message || 'the response ends early');
      }
      pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS);
      onRetry?.({ retryMs, offset: this.offset, cause });
      await pause(retryMs, signal);
    }
  }

  /** The messages of one connection: lines of JSON, as objects. */
  async *#messages(signal, isFresh) {
    const { connect, responder, onDisconnect, user, attributes, speed, ticket } = this.#options;
    const { query, feed } = this.#what;
    let response;
    this.#isJoining = !!feed;
    if (!this.id && !feed) {
      const headers = { Accept: connect ? 'application/json' : 'application/x-ndjson', 'Content-Type': 'application/json', 'Idempotency-Key': this.#key };
      const init = { method: 'POST', headers, body: JSON.stringify({ query, user, attributes }), signal };
      response = await this.#request('/v1/streams' + parameters({ responder, 'on-disconnect': onDisconnect }), init, isFresh);
    } else if (!connect) {
      const where = feed ? { lastEventId: this.id && `${this.id}:${this.offset}` } : { offset: this.offset, speed };
      const path = feed ? `/v1/feed/${encodeURIComponent(feed)}` : `/v1/stream/${this.id}`;
      response = await this.#request(path + parameters({ format: 'ndjson', ticket, ...where }), { signal }, isFresh);
    }
    this.#isOf(response?.headers.get('Stream-Id'));
    yield* connect ? connect({ stream: this.id, feed, offset: this.offset, signal }) : lines(response.body);
  }

  #isOf(id) {
    if (!id || id === this.id) return;
    this.id = id;
    this.#options.onStream?.(id);
  }

  /** Tells of a message; returns its text. */
  #take(message) {
    const { onQueue, onStart, onText, onSilence, onRestart, token } = this.#options;
    this.#isOf(message.stream);
    if (message.queued) onQueue?.(message.queued);
    if (message.started) onStart?.();
    if (message.silentMs) onSilence?.(message.silentMs);
    if (message.restarted) {
      this.id = message.restarted.stream;
      this.offset = 0;
      onRestart?.(this.id);
    }
    if (message.challenge?.renew && typeof token === 'function') this.#request(message.challenge.renew, { method: 'POST' }, true).catch(() => {});
    if (!message.text) return '';
    const bytes = this.#encoder.encode(message.text), offset = message.offset - bytes.length;
    if (offset !== this.offset && !this.#isJoining) throw new StreamError('damaged', `the text at ${this.offset} is missing`);
    [this.#isJoining, this.#hasRead, this.offset] = [false, true, message.offset];
    if (this.offset > CHECKED_MAX) this.#bytes = null;
    this.#bytes?.push(bytes);
    onText?.(message.text, offset);
    return message.text;
  }

  async #finish(end) {
    if (end.offset !== this.offset) throw new StreamError('damaged', `of ${end.offset} bytes ${this.offset} came`);
    if (end.sha256 && this.#bytes) {
      const digest = await crypto.subtle.digest('SHA-256', await new Blob(this.#bytes).arrayBuffer());
      if (hex(new Uint8Array(digest)) !== end.sha256) throw new StreamError('damaged', 'the digest is another one');
      end.verified = true;
    }
    this.#ends(end);
    if (end.outcome !== 'completed') throw new StreamError(end.outcome, end.detail);
  }

  #ends(end) {
    this.end = end;
    this.#options.onEnd?.(end);
  }

  async #request(path, init, isFresh = false) {
    const bearer = typeof this.#options.token === 'function' ? await this.#options.token(isFresh) : this.#options.token;
    const response = await fetch(this.#url + path, { ...init, headers: { ...init.headers, ...(bearer && { Authorization: `Bearer ${bearer}` }) } });
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    throw refusal({ ...problem, status: response.status }, 1_000 * Number(response.headers.get('Retry-After')));
  }
}

const refusal = ({ status, title, detail, firstOffset }, retryMs) =>
  new StreamError(status === 410 ? 'gone' : 'refused', detail ?? title ?? `status ${status}`, { status, firstOffset, retryMs });
const parameters = all => '?' + new URLSearchParams(Object.entries(all).filter(([, value]) => value !== undefined));
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
const pause = (ms, signal) => new Promise(resolve => {
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
});
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = '', next = await reader.read(); !next.done; next = await reader.read()) {
    const all = (rest + next.value).split('\n');
    rest = all.pop();
    for (const line of all) yield JSON.parse(line);
  }
}
