import OpenAI from 'openai';
import { endpoint, judge, question, stream } from './judge.mjs';

const tools = [{ type: 'function', name: 'read', strict: false, parameters: { type: 'object', properties: { filePath: { type: 'string' } } } }];
const request = { model: 'scripted', input: question, tools, include: ['reasoning.encrypted_content'], store: false };

await judge(async () => {
  const responses = new OpenAI(endpoint).responses;
  const run = stream ? responses.stream(request) : null;
  let deltas = 0;
  run?.on('response.output_text.delta', () => deltas++);
  const answer = run ? await run.finalResponse() : await responses.create(request);
  const reasoning = answer.output.find((item) => item.type === 'reasoning');
  return {
    text: answer.output_text === '' ? null : answer.output_text,
    reasoning: reasoning?.summary[0].text ?? null,
    encrypted: reasoning?.encrypted_content ?? null,
    calls: answer.output
      .filter((item) => item.type === 'function_call')
      .map((call) => ({ id: call.call_id, name: call.name, arguments: call.arguments })),
    finish: answer.incomplete_details?.reason ?? answer.status,
    input: answer.usage?.input_tokens,
    output: answer.usage?.output_tokens,
    cached: answer.usage?.input_tokens_details.cached_tokens,
    streamed: deltas > 1,
  };
});
