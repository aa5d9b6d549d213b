// One WebSocket for all that the page follows: a transport for mpstream.js, whose messages are the same with a reference.
import { onSession, renew, request, session } from './session.js';

const EXPIRED = 4401;
const readers = new Map();
let socket = null, opening = null, references = 0;

const open = () => opening ??= new Promise((resolve, reject) => {
  const fresh = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/v1/ws`, 'mpstream.v1');
  fresh.onopen = () => resolve(socket = fresh);
  fresh.onerror = () => reject(new Error('the connection cannot be had'));
  fresh.onclose = event => {
    socket = opening = null;
    if (event.code === EXPIRED) renew();
    for (const reader of readers.values()) reader.lost();
  };
  fresh.onmessage = event => {
    const message = JSON.parse(event.data);
    if (message.challenge) renew(message.challenge.expiresInMs).then(sendToken);
    readers.get(message.ref)?.got(message);
  };
});

const say = message => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
const sendToken = token => token && say({ token });

/** The user has pasted a fresh token: the connection goes on under it. */
export const renewed = sendToken;

/** Breaks the connection, as a network does. */
export const cut = () => socket?.close();

// Whoever signs out reads no more.
onSession(() => session.isIn === false && cut());

/** The messages of a stream or feed. */
export async function* connect({ stream, feed, offset, signal }) {
  // A browser does not say why a handshake is refused; a request does, and has a token renewed.
  if (session.hasUsers && !socket) await request('/v1/streams?limit=1');
  await open();
  const ref = String(++references), messages = [];
  let wake = () => {}, isLost = false, isOver = false;
  readers.set(ref, { got: message => { messages.push(message); wake(); }, lost: () => { isLost = true; wake(); } });
  signal.addEventListener('abort', () => wake());
  say({ follow: { ref, feed, ...(feed && !stream ? {} : { stream, offset }) } });
  try {
    for (let at = 0; !isLost && !signal.aborted || at < messages.length;) {
      if (at === messages.length) {
        messages.length = at = 0;
        await new Promise(resolve => { wake = resolve; });
        continue;
      }
      const message = messages[at++];
      if (feed && stream && message.error?.status === 410) {
        // Where we were has left: on from where the feed is.
        stream = undefined;
        say({ follow: { ref, feed } });
      } else {
        isOver = !!(message.end || message.error || message.interrupted);
        yield message;
      }
    }
  } finally {
    readers.delete(ref);
    if (!isOver) say({ leave: { ref } });
  }
}
