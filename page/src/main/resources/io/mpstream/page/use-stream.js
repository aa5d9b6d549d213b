// A hook for React, and for what is shaped like it. docs/CLIENTS.md shows its use.
import { ask, feed, follow } from './mpstream.js';

/** Characters of a feed that are kept: it never ends. */
const FEED_TEXT_MAX = 100_000;
const NOTHING = { id: undefined, state: 'idle', text: '', offset: 0, queued: null, silentMs: 0, retry: null, end: null, error: null };

/** With the next frame; a page that nobody sees has none. */
const soon = paint => document.hidden ? setTimeout(paint, 100) : requestAnimationFrame(paint);

/**
 * Makes the hook with `React`, or with Preact's hooks: `const useStream = createUseStream(React)`.
 *
 * `useStream({ask: 'wake up'})`, `({follow: id})`, `({feed: 'ticker'})` or `(null)` returns what there is of the stream so far, and is
 * rendered again at most once a frame; the stream is read as long as the component is there. Options are those of mpstream.js and `url`.
 * With an `onText` among them text is not kept here.
 */
export const createUseStream = ({ useEffect, useRef, useState }) => (what, options = {}) => {
  const [view, setView] = useState(NOTHING);
  const given = useRef(options);
  const asked = useRef({});
  const answer = useRef(null);
  const identity = what ? JSON.stringify([options.url, what]) : '';
  given.current = options;
  useEffect(() => {
    if (!identity) return setView(NOTHING);
    // React's strict mode runs effects twice: the second is to have the same answer.
    if (asked.current.identity !== identity) asked.current = { identity, key: options.key ?? `${Date.now()}-${Math.random()}` };
    const over = new AbortController();
    let next = { ...NOTHING, id: what.follow, state: 'connecting' }, frame = 0;
    const say = change => {
      next = { ...next, ...change };
      frame ||= soon(() => {
        frame = 0;
        if (!over.signal.aborted) setView(next);
      });
    };
    const hear = (name, change) => (...said) => {
      say(change(...said));
      given.current[name]?.(...said);
    };
    const kept = text => options.onText ? '' : what.feed ? (next.text + text).slice(-FEED_TEXT_MAX) : next.text + text;
    const all = {
      ...options, key: asked.current.key, signal: over.signal,
      token: typeof options.token === 'function' ? isFresh => given.current.token(isFresh) : options.token,
      onStream: hear('onStream', id => ({ id })),
      onQueue: hear('onQueue', queued => ({ state: 'queued', queued, retry: null })),
      onStart: hear('onStart', () => ({ state: 'started', queued: null, retry: null })),
      onText: hear('onText', text => ({ state: 'started', text: kept(text), offset: answer.current.offset, silentMs: 0, retry: null })),
      onSilence: hear('onSilence', silentMs => ({ silentMs, retry: null })),
      onRetry: hear('onRetry', retry => ({ retry })),
      onRestart: hear('onRestart', id => ({ id, offset: 0 })),
      onEnd: hear('onEnd', end => ({ state: end.outcome, end, offset: end.offset, queued: null, retry: null })),
    };
    const url = options.url ?? '';
    const read = answer.current = what.feed ? feed(url, what.feed, all) : what.follow ? follow(url, what.follow, all) : ask(url, what.ask, all);
    read.read().catch(error => over.signal.aborted || say({ state: 'failed', error }));
    say({});
    return () => over.abort();
  }, [identity]);
  return { ...view, stop: () => answer.current?.stop(), reconnect: () => answer.current?.reconnect() };
};
