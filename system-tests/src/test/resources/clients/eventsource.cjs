// node eventsource.cjs URL: prints the text; then the outcome, how often it connected, and that it does not come back.
const { EventSource } = require('eventsource');
const source = new EventSource(process.argv[2]);
let opened = 0;
let outcome = '';
source.onopen = () => opened++;
source.onmessage = (event) => process.stdout.write(event.data);
source.addEventListener('end', (event) => { outcome = JSON.parse(event.data).outcome; });
source.addEventListener('failed', () => { outcome = 'failed'; });
source.onerror = () => {
  if (source.readyState === EventSource.CLOSED) {
    process.stdout.write(`\n[${outcome} after ${opened}]\n`);
  }
};
