// Calls every method of @opencode-ai/sdk once and judges each answer by an API description.
//   node opencode-surface.mjs URL USER:PASSWORD DIRECTORY API.json
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import { createOpencodeClient } from '@opencode-ai/sdk';

const [, , baseUrl, credentials, directory, description] = process.argv;
const api = JSON.parse(readFileSync(description, 'utf8'));
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(api, 'api');
const templates = Object.keys(api.paths).map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`), names: path.split('{').length }));

const verdicts = [];
let label;
async function judge(request) {
  const response = await fetch(request);
  const path = new URL(request.url).pathname;
  const template = templates.filter((each) => each.pattern.test(path)).sort((a, b) => a.names - b.names)[0]?.path;
  const verdict = { method: label, route: `${request.method} ${template ?? path}`, status: response.status };
  const operation = template && api.paths[template][request.method.toLowerCase()];
  const content = operation?.responses[response.status]?.content?.['application/json'];
  if (content?.schema && !response.headers.get('content-type')?.includes('event-stream')) {
    const pointer = ['paths', template, request.method.toLowerCase(), 'responses', `${response.status}`, 'content', 'application/json', 'schema'];
    const check = ajv.compile({ $ref: 'api#/' + pointer.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/') });
    verdict.described = true;
    if (!check(await response.clone().json())) verdict.errors = check.errors.slice(0, 5).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  }
  verdicts.push(verdict);
  return response;
}

const client = createOpencodeClient({ baseUrl, directory, fetch: judge, headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } });
async function call(name, options) {
  label = name;
  const target = name.split('.').slice(0, -1).reduce((each, part) => each[part], client);
  return (await target[name.split('.').at(-1)](options)).data;
}

// What only the newer client calls, by hand.
async function send(method, path, body) {
  label = '-';
  const headers = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, 'content-type': 'application/json', 'x-opencode-directory': encodeURIComponent(directory) };
  return (await judge(new Request(baseUrl + path, { method, headers, body: JSON.stringify(body) }))).json();
}

const session = await call('session.create', { body: { title: 'surface' } });
const path = { id: session.id };
const prompt = { parts: [{ type: 'text', text: 'Read the readme.' }] };
const answer = await call('session.prompt', { path, body: prompt });
await call('session.message', { path: { ...path, messageID: answer.info.id } });
await call('session.messages', { path });
const said = answer.parts.find((part) => part.type === 'text');
for (const change of [{ text: 'Changed.' }, { id: 'prt_none' }])
  await send('PATCH', `/session/${session.id}/message/${said.messageID}/part/${change.id ?? said.id}`, { ...said, ...change });
await send('PATCH', `/session/${session.id}/message/${said.messageID}/part/prt_other`, said);
for (const name of ['list', 'status']) await call(`session.${name}`, {});
for (const name of ['get', 'children', 'todo', 'diff', 'abort', 'share', 'unshare', 'unrevert']) await call(`session.${name}`, { path });
await call('session.update', { path, body: { title: 'renamed' } });
await call('session.fork', { path, body: {} });
await call('session.init', { path, body: { modelID: 'model', providerID: 'scripted', messageID: 'msg_0000000000000000000000init' } });
await call('session.summarize', { path, body: { modelID: 'model', providerID: 'scripted' } });
await call('session.command', { path, body: { command: 'none', arguments: '' } });
await call('session.shell', { path, body: { agent: 'build', command: 'true' } });
await call('session.revert', { path, body: { messageID: answer.info.id } });
await call('postSessionIdPermissionsPermissionId', { path: { ...path, permissionID: 'per_none' }, body: { response: 'once' } });
await call('session.promptAsync', { path, body: { ...prompt, noReply: true } });
for (const name of ['project.list', 'project.current', 'config.get', 'config.providers', 'path.get', 'vcs.get', 'command.list', 'provider.list', 'provider.auth', 'app.agents', 'mcp.status', 'lsp.status', 'formatter.status', 'file.status', 'pty.list', 'tool.ids'])
  await call(name, {});
await call('tool.list', { query: { provider: 'scripted', model: 'model' } });
await call('file.list', { query: { path: '.' } });
await call('file.read', { query: { path: 'readme.md' } });
await call('find.text', { query: { pattern: 'hel+o' } });
await call('find.files', { query: { query: 'read' } });
await call('find.symbols', { query: { query: 'read' } });
await call('app.log', { body: { service: 'judge', level: 'info', message: 'hello' } });
for (const name of ['openHelp', 'openSessions', 'openThemes', 'openModels', 'submitPrompt', 'clearPrompt']) await call(`tui.${name}`, {});
await call('tui.appendPrompt', { body: { text: 'x' } });
await call('tui.executeCommand', { body: { command: 'x' } });
await call('tui.showToast', { body: { message: 'x', variant: 'info' } });
await call('auth.set', { path: { id: 'scripted' }, body: { type: 'api', key: 'k' } });
await call('tui.publish', { body: { type: 'tui.toast.show', properties: { message: 'x', variant: 'info' } } });
await call('tui.control.next', {});
await call('tui.control.response', { body: {} });
const pty = await call('pty.create', { body: { command: 'cat' } });
await call('pty.get', { path: { id: pty.id } });
await call('pty.update', { path: { id: pty.id }, body: { title: 'one' } });
await call('pty.remove', { path: { id: pty.id } });
for (const name of ['authorize', 'callback']) await call(`provider.oauth.${name}`, { path: { id: 'scripted' }, body: { method: 0 } });
await call('mcp.add', { body: { name: 'one', config: { type: 'local', command: ['true'] } } });
for (const name of ['connect', 'disconnect', 'auth.remove', 'auth.start', 'auth.authenticate']) await call(`mcp.${name}`, { path: { name: 'one' } });
await call('mcp.auth.callback', { path: { name: 'one' }, body: { code: 'x' } });
await call('config.update', { body: { username: 'me', agent: { build: { temperature: 0.5 } } } });
await call('config.update', { body: { username: 5 } });
await call('instance.dispose', {});
await call('session.delete', { path });

const project = (await call('project.current', {})).id;
await send('PATCH', `/project/${project}`, { name: 'Judged', icon: { color: 'blue' }, commands: { start: 'make' } });
await send('PATCH', '/project/none', { name: 'x' });
await send('POST', '/project/git/init', {});
await send('PATCH', '/global/config', { share: 'disabled' });
await send('PATCH', '/global/config', { nonsense: true });
await send('POST', '/global/upgrade', { target: '9.9.9' });

console.log(JSON.stringify(verdicts));
process.exit(0);
