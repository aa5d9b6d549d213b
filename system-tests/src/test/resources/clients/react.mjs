import { Chat } from '@ai-sdk/react';
import { DefaultChatTransport } from 'ai';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { doAll, insist } from './jobs.mjs';

const transport = job => new DefaultChatTransport({ api: `${job.address}/v1/ui/chat` });

const id = job => `${job.way}-${job.name}`.replaceAll(' ', '-');

const ui = messages => messages.map(({ role, content }, i) => ({ id: `m${i}`, role, parts: [{ type: 'text', text: content }] }));

const text = ({ parts }) => parts.filter(part => part.type === 'text').map(part => part.text).join('');

const send = job => transport(job).sendMessages({
  trigger: 'submit-message', chatId: id(job), messageId: undefined, messages: ui(job.messages), abortSignal: job.signal,
});

await doAll({
  transport: async job => read(await send(job), job.say),

  // What a page does, but for the page.
  async chat(job) {
    const { messages, say, signal } = job;
    let end = 'cut';
    const chat = new Chat({
      id: id(job), messages: ui(messages.slice(0, -1)), transport: transport(job),
      onFinish: ({ finishReason, isAbort, isDisconnect, isError }) => (end = finishReason ?? JSON.stringify({ isAbort, isDisconnect, isError })),
    });
    signal.addEventListener('abort', () => chat.stop());
    let length = 0;
    chat['~registerMessagesCallback'](() => {
      const said = chat.messages.at(-1).role === 'assistant' ? text(chat.messages.at(-1)) : '';
      say(said.slice(length));
      length = said.length;
    });
    await chat.sendMessage({ text: messages.at(-1).content });
    if (chat.status === 'error') throw chat.error;
    return end;
  },

  // Comes back to the chat when its connection broke, says so, and gets the message from its beginning.
  async 'chat, resumed'(job) {
    const chat = new Chat({ id: id(job), transport: transport(job) });
    const unwatch = chat['~registerMessagesCallback'](() => job.say(chat.messages.at(-1).role === 'assistant' ? '.' : ''));
    await chat.sendMessage({ text: job.messages.at(-1).content });
    unwatch();
    if (chat.status !== 'error') return `not broken: ${chat.status}`;
    chat['~registerStatusCallback'](() => chat.status === 'streaming' && job.print({ isBack: true }));
    while (chat.status === 'error') {
      await pause(50);
      await chat.resumeStream();
    }
    return [chat.status, ...chat.messages.map(text)].join('; ');
  },

  // Two readers of one chat; before it begins and when it is over there is nothing to come back to.
  async reconnected(job) {
    const again = () => transport(job).reconnectToStream({ chatId: id(job) });
    const before = await again();
    const chunks = await send(job);
    let second = '';
    const hear = piece => {
      second += piece;
      writeFileSync(job.gate, '');
    };
    const ends = await Promise.all([read(chunks, job.say), read(await insist(async () => await again() ?? Promise.reject()), hear)]);
    return [before, ...ends, await again(), second].join('; ');
  },
});

async function read(chunks, say) {
  let end = 'cut';
  for await (const chunk of chunks) {
    if (chunk.type === 'text-delta') say(chunk.delta);
    if (chunk.type === 'finish') end = chunk.finishReason;
    if (chunk.type === 'error') throw new Error(chunk.errorText);
    if (chunk.type === 'abort') throw new Error(`aborted: ${chunk.reason}`);
  }
  return end;
}
