import { streamText } from 'ai';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { doAll } from './jobs.mjs';

const openai = job => createOpenAI({ baseURL: `${job.address}/v1`, apiKey: 'none' });

await doAll({
  'openai.chat': job => read(job, openai(job).chat(job.model)),
  'openai.responses': job => read(job, openai(job).responses(job.model)),
  'openai-compatible': job => read(job, createOpenAICompatible({ name: 'mpstream', baseURL: `${job.address}/v1` }).chatModel(job.model)),
});

async function read({ messages, say, signal }, model) {
  let end = 'cut';
  const { fullStream } = streamText({ model, messages, abortSignal: signal, onError() {} });
  for await (const part of fullStream) {
    if (part.type === 'text-delta') say(part.text);
    if (part.type === 'finish') end = part.finishReason;
    if (part.type === 'error') throw part.error;
  }
  return end;
}
