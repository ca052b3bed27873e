// Drives a running server through @opencode-ai/sdk: one session, one prompt, its messages and the events meanwhile.
//   node opencode-session.mjs URL USER:PASSWORD DIRECTORY TEXT
import { createOpencodeClient } from '@opencode-ai/sdk';

const [, , baseUrl, credentials, directory, text] = process.argv;
const client = createOpencodeClient({
  baseUrl,
  directory,
  throwOnError: true,
  headers: credentials ? { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } : {},
});

const listening = new AbortController();
const { stream } = await client.event.subscribe({ signal: listening.signal });
const events = [];
const session = (await client.session.create({ body: { title: 'judged' } })).data;
const idle = (async () => {
  for await (const event of stream) {
    events.push(event.type);
    if (event.type === 'session.idle' && event.properties.sessionID === session.id) return;
  }
})();
const answer = (await client.session.prompt({ path: { id: session.id }, body: { parts: [{ type: 'text', text }] } })).data;
await idle;
listening.abort();
const messages = (await client.session.messages({ path: { id: session.id } })).data;
const sessions = (await client.session.list()).data;

console.log(
  JSON.stringify({
    session: session.id,
    title: session.title,
    listed: sessions.some((each) => each.id === session.id),
    answer: answer.parts.filter((part) => part.type === 'text').map((part) => part.text).join(''),
    messages: messages.map(({ info, parts }) => ({ role: info.role, parts: parts.map((part) => part.type) })),
    tools: messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool').map((part) => `${part.tool} ${part.state.status}`)),
    events: [...new Set(events)],
  }),
);
process.exit(0);
