// The page: what is asked, what is there to follow, and what is read side by side.
import { html, render, useEffect, useReducer, useRef, useState } from './preact.js';
import { Pane } from './pane.js';
import { onSession, request, session, signIn, signOut } from './session.js';
import { renewed } from './socket.js';
import { ago, bytes, number, seconds, short, word } from './words.js';

const POLL_MS = 2_000;
const SAMPLES = 60;
const LISTED = 100;                // the server's state is that of so many
const SHOWN = 30;
const TITLE_MAX = 200;

let keys = 0;
const paneOf = (what, more = {}) => ({ key: ++keys, what, id: what.follow, ...more });

const FEED = 'feed:';
const feedPane = name => ({ ...paneOf({ feed: name }, { title: `Feed ${name}` }), id: FEED + encodeURIComponent(name) });

/** `#id,feed:name`, or `#id?ticket=…` for somebody who has nothing but that. */
const fromAddress = () => {
  const [ids, rest = ''] = location.hash.slice(1).split('?');
  const ticket = new URLSearchParams(rest).get('ticket') ?? undefined;
  return ids.split(',').filter(id => /^([0-9a-f]{32}|feed:.+)$/.test(id)).map(id => id.startsWith(FEED) ? feedPane(new URLSearchParams(`name=${id.slice(FEED.length)}`).get('name'))
    : paneOf({ follow: id }, { ticket, title: ticket && 'A stream that was shared' }));
};

const toAddress = panes => {
  const ids = panes.map(pane => pane.id).filter(Boolean).join(',');
  history.replaceState(null, '', ids ? '#' + ids : location.pathname);
};

/** The newest streams, again and again while somebody looks; and what that says of the server. */
const useServer = isOn => {
  const [server, setServer] = useState({ streams: [], rates: Array(SAMPLES).fill(0), isUp: null });
  const last = useRef(null);
  useEffect(() => {
    if (!isOn) return;
    let timer, isOver = false;
    const look = async () => {
      try {
        const { streams } = document.hidden ? {} : await (await request(`/v1/streams?limit=${LISTED}`)).json();
        if (streams && !isOver) setServer(before => ({ streams, isUp: true, rates: rated(before.rates, last, streams) }));
      } catch {
        if (!isOver) setServer(before => ({ ...before, isUp: false }));
      }
      if (!isOver) timer = setTimeout(look, POLL_MS);
    };
    look();
    return () => { isOver = true; clearTimeout(timer); };
  }, [isOn]);
  return server;
};

/** Bytes a second that all streams grew by since the last look. */
const rated = (rates, last, streams) => {
  const now = performance.now(), before = last.current;
  last.current = { now, offsets: new Map(streams.map(({ id, offset }) => [id, offset])) };
  if (!before) return rates;
  const grown = streams.reduce((sum, { id, offset }) => sum + offset - (before.offsets.get(id) ?? 0), 0);
  return [...rates, Math.max(0, grown) * 1_000 / (now - before.now)].slice(-SAMPLES);
};

const Sparkline = ({ values }) => {
  const top = Math.max(1, ...values);
  const points = values.map((value, i) => `${i},${(19 - 18 * value / top).toFixed(1)}`).join(' ');
  return html`<svg class="spark" viewBox="0 0 59 20" preserveAspectRatio="none" role="img" aria-label="Bytes a second, of the last two minutes"><polyline points=${points} /></svg>`;
};

const State = ({ streams, rates, isUp }) => {
  const count = state => number(streams.filter(stream => stream.state === state).length);
  return html`<section class="server" aria-label=${`Server, by its newest ${LISTED} streams`}>
    <p class=${isUp === false ? 'up away' : 'up'}>${isUp === null ? '' : isUp ? 'Up' : 'Away'}</p>
    <dl>
      <div><dt>Writing</dt><dd>${count('started')}</dd></div>
      <div><dt>Waiting</dt><dd>${count('queued')}</dd></div>
      <div><dt>Completed</dt><dd>${count('completed')}</dd></div>
      <div><dt>Bytes/s</dt><dd>${short(rates.at(-1) ?? 0)}</dd></div>
    </dl>
    <${Sparkline} values=${rates} />
  </section>`;
};

const Ask = ({ onAsk }) => {
  const [models, setModels] = useState([]);
  const form = useRef();
  useEffect(() => {
    request('/v1/models').then(response => response.json()).then(({ data }) => setModels(data.map(({ id }) => id))).catch(() => {});
  }, []);
  const submit = event => {
    event.preventDefault();
    const { query, responder } = form.current.elements;
    if (!query.value) return query.focus();
    onAsk(query.value, responder && responder.value !== models[0] ? responder.value : undefined);
    query.select();
  };
  const keyed = event => event.key === 'Enter' && !event.shiftKey && !event.isComposing && submit(event);
  return html`<form class="ask" ref=${form} onSubmit=${submit}>
    <label for="query">Ask</label>
    <textarea id="query" name="query" rows="3" placeholder="wake up, Neo" onKeyDown=${keyed} autofocus></textarea>
    <div class="row">
      ${models.length > 1 && html`<label for="responder" class="inline">Responder</label>
        <select id="responder" name="responder">${models.map(name => html`<option key=${name} value=${name}>${name}</option>`)}</select>`}
      <button class="main">Ask</button>
    </div>
  </form>`;
};

const FollowFeed = ({ onFeed }) => {
  const submit = event => {
    event.preventDefault();
    const { feed } = event.target.elements;
    if (feed.value.trim()) onFeed(feed.value.trim());
  };
  return html`<form class="feed" onSubmit=${submit}>
    <label for="feed">Feed</label>
    <div class="row"><input id="feed" name="feed" placeholder="its name" autocomplete="off" /><button>Follow</button></div>
  </form>`;
};

const Streams = ({ streams, open, onOpen }) => html`<section class="streams" aria-labelledby="streams">
  <h2 id="streams">Streams</h2>
  ${!streams.length && html`<p class="none">None yet: what anybody asks is listed here.</p>`}
  <ul>${streams.slice(0, SHOWN).map(({ id, query, state, offset, acceptedAt }) => html`<li key=${id}>
    <button class=${open.has(id) ? 'open' : ''} aria-pressed=${open.has(id)} onClick=${() => onOpen(id, query)}>
      <span class="query">${query}</span>
      <span class=${`state ${state}`}>${word(state)}</span><span class="told">${bytes(offset)} · <time datetime=${acceptedAt}>${ago(acceptedAt)}</time></span>
    </button></li>`)}</ul>
</section>`;

/** A token is pasted here: to come in, or to go on when the one before is about to end. */
const Token = ({ endsInMs }) => {
  const [wrong, setWrong] = useState('');
  const submit = event => {
    event.preventDefault();
    signIn(event.target.elements.token.value).then(renewed).catch(error => setWrong(error.message));
  };
  return html`<form class="token" onSubmit=${submit}>
    <label for="token">${endsInMs ? `Your token ends in ${seconds(endsInMs)}. Paste a fresh one:` : 'Paste a token to come in'}</label>
    <div class="row"><input id="token" name="token" type="password" autocomplete="off" required aria-describedby="wrong" /><button class="main">Go on</button></div>
    <p id="wrong" role="alert">${wrong}</p>
    ${!endsInMs && html`<p class="hint">An access token, or all that <code>POST /v1/token</code> answered: then it is renewed as long as this page is open.
      It is kept in a cookie that no script can read.</p>`}
  </form>`;
};

const App = () => {
  const [panes, setPanes] = useState(fromAddress);
  const [, change] = useReducer(count => count + 1, 0);
  const isGuest = panes.some(pane => pane.ticket);
  const server = useServer(!isGuest);
  useEffect(() => onSession(change), []);
  useEffect(() => isGuest || toAddress(panes), [panes]);
  const add = pane => setPanes(all => [pane, ...all]);
  const open = (id, title) => {
    if (!panes.some(pane => pane.id === id)) add(paneOf({ follow: id }, { title }));
  };
  const name = (key, id) => setPanes(all => all.map(pane => pane.key === key && !pane.what.feed ? { ...pane, id } : pane));
  const titles = new Map(server.streams.map(({ id, query }) => [id, query]));
  const isIn = !session.hasUsers || session.isIn;
  const needsToken = !isGuest && (session.isIn === false || session.endsInMs);
  return html`
    <header class="top">
      <h1>MPStream</h1>
      ${!isGuest && html`<${State} ...${server} />`}
      ${session.hasUsers && session.isIn && html`<button class="quiet" onClick=${signOut}>Sign out</button>`}
    </header>
    <main class=${isGuest ? 'guest' : ''}>
      ${needsToken && html`<${Token} endsInMs=${session.endsInMs} />`}
      ${!isGuest && isIn && html`<div class="side">
        <${Ask} onAsk=${(query, responder) => add(paneOf({ ask: query, at: ++keys }, { title: query.slice(0, TITLE_MAX), responder }))} />
        <${Streams} streams=${server.streams} open=${new Set(panes.map(pane => pane.id))} onOpen=${open} />
        <${FollowFeed} onFeed=${name => add(feedPane(name))} />
      </div>`}
      <div class="panes" hidden=${!isIn && !isGuest}>
        ${!panes.length && html`<p class="empty">Ask something, or join a stream.<br />Lose the connection, reload, come back tomorrow: the text goes on where you were.</p>`}
        ${panes.map(({ key, what, id, title, responder, ticket }) => html`<${Pane} key=${key} what=${what} title=${title ?? titles.get(id)} responder=${responder} ticket=${ticket}
          onStream=${known => name(key, known)} onClose=${() => setPanes(all => all.filter(pane => pane.key !== key))} />`)}
      </div>
    </main>`;
};

render(html`<${App} />`, document.body);
