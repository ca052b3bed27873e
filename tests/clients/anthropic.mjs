import Anthropic from '@anthropic-ai/sdk';
import { endpoint, judge, question, stream } from './judge.mjs';

const tools = [{ name: 'read', input_schema: { type: 'object', properties: { filePath: { type: 'string' } } } }];
const request = { model: 'scripted', max_tokens: 1000, messages: [{ role: 'user', content: question }], tools };

await judge(async () => {
  const messages = new Anthropic(endpoint).messages;
  const run = stream ? messages.stream(request) : null;
  let deltas = 0;
  run?.on('text', () => deltas++);
  const answer = run ? await run.finalMessage() : await messages.create(request);
  const thinking = answer.content.find((block) => block.type === 'thinking');
  return {
    text: answer.content.find((block) => block.type === 'text')?.text ?? null,
    reasoning: thinking?.thinking ?? null,
    signature: thinking?.signature ?? null,
    calls: answer.content
      .filter((block) => block.type === 'tool_use')
      .map((call) => ({ id: call.id, name: call.name, arguments: JSON.stringify(call.input) })),
    finish: answer.stop_reason,
    // This wire counts what was read from the cache apart.
    input: answer.usage.input_tokens + answer.usage.cache_read_input_tokens + answer.usage.cache_creation_input_tokens,
    output: answer.usage.output_tokens,
    cached: answer.usage.cache_read_input_tokens,
    streamed: deltas > 1,
  };
});
