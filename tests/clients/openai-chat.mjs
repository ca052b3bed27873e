import OpenAI from 'openai';
import { endpoint, judge, question, stream } from './judge.mjs';

const tools = [{ type: 'function', function: { name: 'read', parameters: { type: 'object', properties: { filePath: { type: 'string' } } } } }];
const request = { model: 'scripted', messages: [{ role: 'user', content: question }], tools };

await judge(async () => {
  const chat = new OpenAI(endpoint).chat.completions;
  // The client's own accumulator puts the fragments together, so that this file cannot be lenient where the client is not.
  const run = stream ? chat.stream({ ...request, stream_options: { include_usage: true } }) : null;
  let deltas = 0;
  run?.on('content', () => deltas++);
  // The vendor's client knows no thinking on this wire and keeps only the last piece of it.
  let thought = '';
  run?.on('chunk', (chunk) => (thought += chunk.choices[0]?.delta.reasoning_content ?? ''));
  const answer = run ? await run.finalChatCompletion() : await chat.create(request);
  const { message, finish_reason } = answer.choices[0];
  return {
    text: message.content,
    reasoning: run ? thought : (message.reasoning_content ?? null),
    calls: (message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments })),
    finish: finish_reason,
    input: answer.usage?.prompt_tokens,
    output: answer.usage?.completion_tokens,
    cached: answer.usage?.prompt_tokens_details?.cached_tokens,
    streamed: deltas > 1,
  };
});
