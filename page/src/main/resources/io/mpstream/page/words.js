// What the page says of numbers and states.

const plain = new Intl.NumberFormat('en');
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIX = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

export const number = n => plain.format(n);
export const bytes = n => n === 1 ? '1 byte' : `${number(n)} bytes`;
export const short = n => n < 10_000 ? number(Math.round(n)) : n < 1e6 ? `${Math.round(n / 1_000)} k` : `${(n / 1e6).toFixed(1)} M`;
export const seconds = ms => ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : ms < 90_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;

/** How long ago, roughly. */
export const ago = time => {
  const s = Math.max(0, Date.now() - Date.parse(time)) / 1_000;
  return s < 5 ? 'now' : s < 60 ? `${Math.floor(s)} s` : s < 3_600 ? `${Math.floor(s / 60)} min` : s < 86_400 ? `${Math.floor(s / 3_600)} h` : `${Math.floor(s / 86_400)} d`;
};

const ENDS = { completed: 'Completed', failed: 'Failed', cancelled: 'Stopped', gone: 'Gone', refused: 'Refused', unreachable: 'Out of reach', damaged: 'Damaged' };
export const isEnd = state => state in ENDS;

/** A state in a word. */
export const word = state => ENDS[state] ?? { queued: 'Waiting', started: 'Writing', connecting: 'Connecting', idle: '' }[state] ?? state;

/** What there is to say of a stream now; `silentMs` is the time since something was heard of it. */
export const told = ({ state, queued, retry, end, offset, error }, silentMs) => {
  if (retry) return `Connection lost at byte ${number(retry.offset)}, trying again`;
  if (error) return String(error.message ?? error);
  if (end) {
    const digest = end.verified ? 'digest verified' : end.sha256 ? 'digest not checked here' : null;
    return [end.detail, bytes(offset), digest].filter(Boolean).join(' · ');
  }
  if (queued) return `${number(queued.place)}${SUFFIX[ordinals.select(queued.place)]} in line` + (queued.estimateMs === null ? '' : `, about ${seconds(queued.estimateMs)}`);
  if (state === 'started') return [offset ? bytes(offset) : 'started', silentMs > 2_000 && `silent for ${Math.round(silentMs / 1_000)} s`].filter(Boolean).join(' · ');
  return '';
};
