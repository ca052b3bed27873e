// Starts the program as @opencode-ai/sdk does, under the name opencode from the PATH, and talks to it as a client that knows only a URL.
//   node opencode-server.mjs DIRECTORY TEXT
import { createOpencode } from '@opencode-ai/sdk';

const [, , directory, text] = process.argv;
process.chdir(directory);
const { client, server } = await createOpencode({ port: 0, timeout: 20000 });
try {
  const options = { query: { directory }, throwOnError: true };
  const session = (await client.session.create({ ...options, body: { title: 'started' } })).data;
  const answer = (await client.session.prompt({ ...options, path: { id: session.id }, body: { parts: [{ type: 'text', text }] } })).data;
  const stranger = await fetch(new URL('/session', new URL(server.url).origin));
  console.log(
    JSON.stringify({
      answer: answer.parts.filter((part) => part.type === 'text').map((part) => part.text).join(''),
      stranger: stranger.status,
    }),
  );
} finally {
  server.close();
}
process.exit(0);
