// What the judges share: they ask once, through the vendor's client, and print what it made of the answer as one line of JSON.
const [, , baseURL, mode] = process.argv;

export const endpoint = { baseURL, apiKey: 'a-key', maxRetries: 0 };
export const stream = mode === 'stream';
export const question = 'Read a.c and say what it does.';

/** Runs a judge; an error of the client is a verdict too. */
export async function judge(ask) {
  let verdict;
  try {
    verdict = await ask();
  } catch (error) {
    verdict = { error: { kind: error.constructor.name, status: error.status ?? null, type: error.type ?? null, message: error.message } };
  }
  console.log(JSON.stringify(verdict));
}
