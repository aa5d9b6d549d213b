// node ws.cjs URL QUERY: asks, prints the text, then the outcome.
const WebSocket = require('ws');
const socket = new WebSocket(process.argv[2], 'mpstream.v1');
socket.on('open', () => socket.send(JSON.stringify({ ask: { ref: 'a', query: process.argv[3] } })));
socket.on('message', (data) => {
  const message = JSON.parse(data);
  process.stdout.write(message.text ?? '');
  if (message.end) {
    process.stdout.write(`[${message.end.outcome}]`);
    socket.close(1000);
  }
});
socket.on('close', (code) => process.stdout.write(`[closed ${code}]\n`));
socket.on('error', (error) => process.stdout.write(`[${error.message}]\n`));
