// Does all jobs of a file at once, each in one of a client's ways, and prints a line of JSON when the first text of one is there and when it is over.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export async function doAll(ways) {
  const jobs = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  await Promise.all(jobs.map(job => work(job, ways[job.way])));
}

async function work(job, way) {
  const leaving = new AbortController();
  const began = Date.now();
  const print = line => console.log(JSON.stringify({ script: basename(process.argv[1]), way: job.way, name: job.name, ...line }));
  let text = '';
  const say = piece => {
    if (piece && !text) print({ afterMs: Date.now() - began });
    text += piece;
    if (piece && job.leaves) leaving.abort();
  };
  if (job.leavesAt) awaitFile(job.leavesAt).then(() => leaving.abort());
  let end;
  try {
    end = await way({ ...job, say, print, signal: leaving.signal });
  } catch (error) {
    end = `failed: ${error?.message ?? error}${error?.cause ? ` (${error.cause.code} ${error.cause.message})` : ''}`;
  }
  print({ text, end: leaving.signal.aborted ? 'left' : end });
}

// Until it is there.
export async function awaitFile(file) {
  while (!existsSync(file)) await pause(20);
}

// Asks again and again, until there is somebody to answer.
export async function insist(ask) {
  while (true) {
    try {
      return await ask();
    } catch {
      await pause(50);
    }
  }
}
