import OpenAI from 'openai';
import { doAll, insist } from './jobs.mjs';

const client = job => new OpenAI({ baseURL: `${job.address}/v1`, apiKey: 'none' });

const failed = response => new Error(response.error?.message ?? `${response.status} without an error`);

const usage = one => !one ? 'without usage' : `${one.prompt_tokens ?? one.input_tokens}+${one.completion_tokens ?? one.output_tokens}=${one.total_tokens}`;

await doAll({
  async chat(job) {
    const { model, messages, say, signal } = job;
    let end = 'cut';
    for await (const { choices: [choice] } of await client(job).chat.completions.create({ model, messages, stream: true }, { signal })) {
      say(choice.delta.content ?? '');
      end = choice.finish_reason ?? end;
    }
    return end;
  },

  async 'chat with usage'(job) {
    const { model, messages, say, signal } = job;
    let end = 'cut';
    const stream_options = { include_usage: true };
    for await (const chunk of await client(job).chat.completions.create({ model, messages, stream: true, stream_options }, { signal })) {
      const [choice] = chunk.choices;
      say(choice?.delta.content ?? '');
      end = choice?.finish_reason ?? (chunk.usage ? `${end} ${usage(chunk.usage)}` : end);
    }
    return end;
  },

  async 'chat.stream'(job) {
    const { model, messages, say, signal } = job;
    const stream = client(job).chat.completions.stream({ model, messages }, { signal });
    stream.on('content', say);
    return (await stream.finalChatCompletion()).choices[0].finish_reason;
  },

  async 'chat as a whole'(job) {
    const { model, messages, say, signal } = job;
    const whole = await client(job).chat.completions.create({ model, messages }, { signal });
    say(whole.choices[0].message.content);
    return `${whole.choices[0].finish_reason} ${usage(whole.usage)}`;
  },

  async completions(job) {
    const { model, messages, say, signal } = job;
    let end = 'cut';
    const prompt = messages.at(-1).content;
    for await (const { choices: [choice] } of await client(job).completions.create({ model, prompt, stream: true }, { signal })) {
      say(choice.text);
      end = choice.finish_reason ?? end;
    }
    return end;
  },

  async responses(job) {
    const { model, messages, say, signal } = job;
    let end = 'cut';
    for await (const event of await client(job).responses.create({ model, input: messages, stream: true }, { signal })) {
      if (event.type === 'response.output_text.delta') say(event.delta);
      if (event.type === 'response.completed') end = `stop ${usage(event.response.usage)}`;
      if (event.type === 'response.failed') throw failed(event.response);
    }
    return end;
  },

  async 'responses.stream'(job) {
    const { model, messages, say, signal } = job;
    let text = '';
    const stream = client(job).responses.stream({ model, input: messages }, { signal });
    stream.on('response.output_text.delta', event => {
      text += event.delta;
      say(event.delta);
    });
    const response = await stream.finalResponse();
    if (response.status !== 'completed') throw failed(response);
    return response.output_text === text ? `stop ${usage(response.usage)}` : `another text: ${response.output_text}`;
  },

  async 'responses as a whole'(job) {
    const { model, messages, say, signal } = job;
    const response = await client(job).responses.create({ model, input: messages }, { signal });
    if (response.status !== 'completed') throw failed(response);
    say(response.output_text);
    return `stop ${usage(response.usage)}`;
  },

  // Asked once and read to its end, whatever happens to the connection.
  'responses, resumed': job => resume(job, (id, last) => client(job).responses.retrieve(id, { stream: true, starting_after: last })),

  'responses.stream, resumed': job => resume(job, (id, last) => client(job).responses.stream({ response_id: id, starting_after: last })),

  // Stopped by somebody else, who knows its id.
  async 'responses, cancelled'(job) {
    const { model, messages, say } = job;
    const all = client(job).responses;
    let response;
    for await (const event of await all.create({ model, input: messages, stream: true, background: true })) {
      response = event.response ?? response;
      if (event.type === 'response.output_text.delta') {
        say(event.delta);
        const cancelled = await all.cancel(response.id);
        if (cancelled.status !== 'cancelled') return `cancelled, but ${cancelled.status}`;
      }
    }
    return `${response.status} ${(await all.retrieve(response.id)).status}`;
  },

  // What is kept of an answer, until it is deleted.
  async 'responses, later'(job) {
    const { model, messages, say } = job;
    const all = client(job).responses;
    let response = await all.create({ model, input: messages, background: true });
    while (['queued', 'in_progress'].includes(response.status)) response = await all.retrieve(response.id);
    say(response.output_text);
    const items = await all.inputItems.list(response.id);
    const asked = items.data.map(item => `${item.role} ${item.content.map(part => part.text).join('')}`);
    await all.delete(response.id);
    const gone = await all.retrieve(response.id).catch(error => error);
    return [response.status, ...asked, gone instanceof OpenAI.NotFoundError && gone.message].join('; ');
  },

  async models(job) {
    const { models } = client(job);
    const names = [];
    for await (const model of models.list()) names.push(`${model.id} ${model.object} ${typeof model.created}`);
    const one = await models.retrieve(job.model);
    const none = await models.retrieve('nobody').catch(error => error);
    return [...names, one.id, none instanceof OpenAI.NotFoundError && none.code].join('; ');
  },

  // Each as the client tells it.
  async refusals(job) {
    const { model, messages } = job;
    const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
    const asks = [
      { model: 'nobody', messages }, { model, messages, n: 2 }, { model, messages, tools }, { model, messages: [] }, { model, messages, logprobs: true },
    ];
    const told = asks.flatMap(ask => [ask, { ...ask, stream: true }]).map(ask => client(job).chat.completions.create(ask)
      .then(() => 'answered', error => `${error.constructor.name} ${error.status} ${error.type} ${error.code} ${error.param}`));
    return (await Promise.all(told)).join('; ');
  },
});

async function resume(job, again) {
  const { model, messages, say } = job;
  let id;
  let last;
  let open = () => client(job).responses.create({ model, input: messages, stream: true, background: true });
  while (true) {
    const stream = await insist(open);
    try {
      for await (const event of stream) {
        id ??= event.response?.id;
        last = event.sequence_number;
        if (event.type === 'response.output_text.delta') say(event.delta);
        if (event.type === 'response.completed') return event.response.output[0].content[0].text;
        if (event.type === 'response.failed') return `failed: ${failed(event.response).message}`;
      }
    } catch (error) {
      if (!id) throw error;
    }
    open = async () => again(id, last);
  }
}
