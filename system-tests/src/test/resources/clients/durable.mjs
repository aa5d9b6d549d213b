// node durable.mjs URL MODE: reads with @durable-streams/client; prints what comes, when it comes; then how it ended.
import { setTimeout as pause } from 'node:timers/promises';
import { stream } from '@durable-streams/client';

const [url, mode] = process.argv.slice(2);
const live = { no: false, auto: true }[mode] ?? mode;
let offset = '-1', isClosed = false;
while (!isClosed) {
  try {
    // Its own patience is endless, but not with a response that breaks off.
    const response = await stream({ url, offset, live });
    response.subscribeText(chunk => {
      process.stdout.write(chunk.text);
      offset = chunk.offset;
    });
    await response.closed;
    isClosed = response.streamClosed;
  } catch (error) {
    if (error.status >= 400 && error.status < 500) {
      console.log(`[${error.name} ${error.status} ${JSON.parse(error.text).detail}]`);
      process.exit();
    }
  }
  await pause(50);
}
console.log('[closed]');
