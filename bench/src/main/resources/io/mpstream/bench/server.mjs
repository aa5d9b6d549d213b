// The benchmark's work on Node's http: one process, one chunk a character, nothing stored.
import http from 'node:http';

const SEGMENT = 'abcd';
const SHORT = '0123456789';

// This moment as eight hexadecimal digits, in units of 128 ns of the machine's monotonic clock.
function stamp() {
  return (Number((process.hrtime.bigint() >> 7n) & 0xffffffffn)).toString(16).padStart(8, '0');
}

// One chunk a character, and one system call a text: the socket is corked, because a corked response makes one chunk of all.
function write(response, text) {
  const { socket } = response;
  socket.cork();
  let wantsMore = true;
  for (const character of text) wantsMore = response.write(character);
  socket.uncork();
  return wantsMore;
}

function end(response) {
  response.end('\n');
}

// Some segments a turn, so that others have theirs.
function firehose(response) {
  let wantsMore = true;
  for (let i = 0; i < 1024 && wantsMore && !response.destroyed; i++) wantsMore = write(response, SEGMENT);
  if (response.destroyed) return;
  if (wantsMore) setImmediate(() => firehose(response));
  else response.once('drain', () => firehose(response));
}

// One timer for all answers of an interval, which are spread evenly over its milliseconds.
const wheels = new Map();

function wheel(interval) {
  const slots = Array.from({ length: interval }, () => []);
  let turned = Math.floor(performance.now());
  setInterval(() => {
    for (const now = performance.now(); turned <= now; turned++) {
      const slot = turned % interval;
      for (const answer of slots[slot]) {
        write(answer.response, stamp());
        if (--answer.left === 0) end(answer.response);
      }
      slots[slot] = slots[slot].filter(answer => answer.left > 0);
    }
  }, 1);
  return { slots, count: 0 };
}

function pace(response, interval, tokens) {
  response.flushHeaders();
  if (!wheels.has(interval)) wheels.set(interval, wheel(interval));
  const { slots } = wheels.get(interval);
  const phase = (wheels.get(interval).count++ * 0.618033988749895) % 1;
  slots[Math.floor(phase * interval)].push({ response, left: tokens });
}

http.createServer((request, response) => {
  const [kind, first, second] = request.url.slice(1).split('?')[0].split('/');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Transfer-Encoding', 'chunked');
  response.on('error', () => {});
  switch (kind) {
    case 'firehose': firehose(response); break;
    case 'paced': pace(response, Number(first), Number(second)); break;
    case 'short': write(response, SHORT); end(response); break;
    case 'silent': response.flushHeaders(); setTimeout(() => end(response), Number(first)); break;
    default: response.statusCode = 400; end(response);
  }
}).listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
