// node own.mjs MODULE URL ask|follow|feed VALUE OPTIONS: reads with mpstream.js; prints the text and how it ended. A token comes from the server's own issuer.
const [module, url, verb, value, given] = process.argv.slice(2);
const { [verb]: read, StreamError } = await import(module);
const { user, leaveAfter, reconnectAfter, stopAfter, ...options } = JSON.parse(given);
let tokens = 0;
if (user) {
  options.token = async () => {
    tokens++;
    return (await (await fetch(`${url}/generate_token`, { method: 'POST', body: JSON.stringify({ user_id: user }) })).json()).token;
  };
}
let retries = 0, queued = 0;
const leave = new AbortController();
const answer = read(url, value, { ...options, signal: leave.signal, onRetry: () => retries++, onQueue: () => queued++ });
try {
  for await (const text of answer) {
    process.stdout.write(text);
    if (answer.offset >= leaveAfter) leave.abort();
    if (answer.offset >= reconnectAfter && !retries) answer.reconnect();
    if (answer.offset >= stopAfter) await answer.stop();
  }
  console.log(`[${answer.end.outcome} verified=${answer.end.verified} retries=${retries > 0} renewed=${tokens > 1}]`);
} catch (error) {
  console.log(error instanceof StreamError ? `[${error.outcome} ${error.status ?? ''} ${error.detail ?? ''}]` : `[${error.name}]`);
}
