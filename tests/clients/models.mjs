import OpenAI from 'openai';
import { endpoint, judge } from './judge.mjs';

await judge(async () => ({ models: (await new OpenAI(endpoint).models.list()).data.map((model) => model.id) }));
