// A stream that is read: live, and again.
import { html, useEffect, useReducer, useRef, useState } from './preact.js';
import { follow } from './mpstream.js';
import { createUseStream } from './use-stream.js';
import { TextLog } from './text-log.js';
import { renew, request, session, signedIn } from './session.js';
import { connect, cut } from './socket.js';
import { bytes, isEnd, number, seconds, told, word } from './words.js';

const useStream = createUseStream({ useEffect, useRef, useState });
const TAIL = 32_768;               // characters that a replay shows of what was before its beginning
const FEED_PARTS_MAX = 32;         // 1 MiB of a feed is kept: it never ends
const SPEEDS = [[1, '1×'], [4, '4×'], [0, 'At once']];

/** For requests with a ticket or a speed, which a WebSocket has not: a cookie holds the token. */
const token = async isFresh => {
  if (isFresh) await renew().then(signedIn);
};

/** A log in an element, for as long as that is there. */
const useLog = (hasSpeech, partsMax) => {
  const root = useRef(), spoken = useRef(), log = useRef();
  useEffect(() => {
    log.current = new TextLog(root.current, hasSpeech ? spoken.current : null, partsMax);
    return () => log.current.close();
  }, []);
  return { root, spoken, log };
};

/** One stream: `what` is what useStream takes. */
export const Pane = ({ what, title, responder, ticket, onStream, onClose }) => {
  const { root, spoken, log } = useLog(true, what.feed ? FEED_PARTS_MAX : undefined);
  const heard = useRef(Date.now());
  const resumed = useRef(null);
  const [, tick] = useReducer(count => count + 1, 0);
  const [isReplay, setReplay] = useState(false);
  const [wrong, setWrong] = useState('');
  const hear = () => { heard.current = Date.now(); };
  const stream = useStream(what, {
    responder, ticket, patienceMs: Infinity, token: ticket ? undefined : token, connect: ticket ? undefined : connect,
    onStream, onStart: hear, onQueue: hear,
    onText: (text, offset) => {
      hear();
      if (resumed.current?.isWaiting) {
        resumed.current = { offset, isWaiting: false };
        log.current.seam();
      }
      log.current.append(text, offset);
    },
    onRetry: lost => { resumed.current = { offset: lost.offset, isWaiting: lost.offset > 0 }; },
    onEnd: end => log.current.say(`\n${word(end.outcome)}. ${told({ ...stream, end, offset: end.offset })}`),
  });
  const isOver = isEnd(stream.state);
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [isOver]);
  const seam = resumed.current && !resumed.current.isWaiting && !stream.retry ? `resumed at byte ${number(resumed.current.offset)}` : '';
  const name = title ?? stream.id?.slice(0, 8) ?? '';
  return html`<article class="pane" aria-label=${name}>
    <header>
      <h2 title=${title}>${name}</h2>
      <button class="quiet close" aria-label=${`Close ${name}`} onClick=${onClose}>×</button>
      <p class="status"><span class=${`state ${stream.retry ? 'lost' : stream.state}`}>${stream.retry ? 'Lost' : word(stream.state)}</span>
        <span class="told">${told(stream, Date.now() - heard.current)}</span> ${seam && html`<span class="resumed">${seam}</span>`}</p>
    </header>
    <div class="text" ref=${root} tabindex="0" role="region" aria-label=${`Text of ${name}`} aria-busy=${!isOver} hidden=${isReplay}></div>
    ${isReplay && html`<${Replay} id=${stream.id} length=${stream.offset} source=${log.current} ticket=${ticket} />`}
    <div class="spoken" ref=${spoken} role="log" aria-live="polite" aria-label=${`What is new in ${name}`}></div>
    <footer>
      ${!isOver && !ticket && html`<button disabled=${!stream.id} onClick=${() => stream.stop().catch(error => setWrong(error.message))}>Stop</button>`}
      ${!isOver && html`<button disabled=${!stream.id} onClick=${ticket ? stream.reconnect : cut} title="As a network does: the text goes on at the next character">Cut connection</button>`}
      ${!what.feed && html`<button aria-expanded=${isReplay} disabled=${!stream.offset} onClick=${() => setReplay(!isReplay)}>${isReplay ? 'Back to live' : 'Replay'}</button>`}
      ${!ticket && !what.feed && html`<${Share} id=${stream.id} name=${name} />`}
      <p role="alert">${wrong}</p>
    </footer>
  </article>`;
};

/** A link for somebody else; where there are users, with a ticket that is good for this stream alone. */
const Share = ({ id, name }) => {
  const [link, setLink] = useState(null);
  const field = useRef();
  const share = async () => {
    const { ticket } = session.hasUsers ? await (await request(`/v1/stream/${id}/ticket`, { method: 'POST' })).json() : {};
    setLink(`${location.origin}/#${id}${ticket ? `?ticket=${ticket}` : ''}`);
  };
  useEffect(() => {
    if (!link) return;
    field.current.select();
    navigator.clipboard?.writeText(link).catch(() => {});
  }, [link]);
  return html`<button disabled=${!id} aria-expanded=${!!link} onClick=${() => link ? setLink(null) : share().catch(error => setLink(error.message))}>Share</button>
    ${link && html`<input class="link" ref=${field} readonly value=${link} aria-label=${`Link to ${name}${session.hasUsers ? ', good for ten minutes' : ''}`} />`}`;
};

/** The stream once more, by the server's own clock: `speed` is how it was written. */
const Replay = ({ id, length, source, ticket }) => {
  const { root, log } = useLog(false);
  const [from, setFrom] = useState({ offset: 0, at: 0 });
  const [speed, setSpeed] = useState(1);
  const [isPlaying, setPlaying] = useState(true);
  const [place, setPlace] = useState(0);
  const [took, setTook] = useState(null);
  const now = useRef(0);
  const reader = useRef();
  const show = offset => {
    // At once: what it has under way is not to come after this.
    reader.current?.abort();
    const { text, begins, ends } = source.before(offset, TAIL);
    log.current.clear();
    log.current.append(text, begins);
    setPlace(now.current = ends);
    setTook(null);
    return ends;
  };
  const start = offset => setFrom({ offset: show(offset), at: Date.now() });
  useEffect(() => {
    if (!isPlaying) return;
    const over = reader.current = new AbortController(), begun = performance.now();
    let frame = 0;
    follow('', id, {
      offset: from.offset, speed: speed || undefined, ticket, token: ticket ? undefined : token, signal: over.signal,
      onText: (text, offset) => {
        log.current.append(text, offset);
        now.current = offset + new TextEncoder().encode(text).length;
        frame ||= requestAnimationFrame(() => { frame = 0; setPlace(now.current); });
      },
      onEnd: () => { setTook(performance.now() - begun); setPlaying(false); },
    }).read().catch(() => {});
    return () => over.abort();
  }, [from, speed, isPlaying]);
  const play = () => {
    if (!isPlaying) start(now.current >= length ? 0 : now.current);
    setPlaying(!isPlaying);
  };
  const choose = chosen => {
    setSpeed(chosen);
    start(now.current >= length ? 0 : now.current);
    setPlaying(true);
  };
  return html`<div class="text" ref=${root} tabindex="0" role="region" aria-label="Replayed text"></div>
    <div class="replay" role="group" aria-label="Replay">
      <button class="quiet play" aria-label=${isPlaying ? 'Pause' : 'Play'} onClick=${play}>${isPlaying ? '❚❚' : '▶'}</button>
      <input type="range" min="0" max=${length} step="any" value=${place} aria-label="Place in the text" aria-valuetext=${`byte ${number(place)} of ${number(length)}`}
        onInput=${event => { setPlaying(false); show(Math.round(event.target.value)); }} onChange=${() => { start(now.current); setPlaying(true); }} />
      <span class="speeds" role="group" aria-label="Speed">${SPEEDS.map(([value, label]) =>
        html`<button key=${value} aria-pressed=${speed === value} onClick=${() => choose(value)}>${label}</button>`)}</span>
      <p class="told">${took === null ? `${number(place)} of ${bytes(length)}` : `${bytes(length - from.offset)} in ${seconds(took)}`}</p>
    </div>`;
};
