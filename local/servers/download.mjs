// The SDK's own download of a server, given ten seconds to answer. Run with a kind and a folder, this file does it in a process
// of its own, which can be ended: the SDK has no time limit for it.
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { keep } from '../cache.mjs';
import { run } from '../processes.mjs';

const ANSWER_MS = 10_000;
const WHOLE_MS = 600_000;

/**
 * @param {import('./server.mjs').Server} server
 * @param {(note: string) => void} say
 * @returns {Promise<string | undefined>} undefined when nothing can be had this way: a build is next, so it is no error
 */
export async function download(server, say) {
  const { download: wanted } = server;
  if (wanted === undefined) return undefined;
  const make = async (/** @type {string} */ folder) => {
    const self = fileURLToPath(import.meta.url);
    const limit = new AbortController();
    const whole = setTimeout(() => limit.abort(), WHOLE_MS);
    // The SDK makes a file as soon as the other side has answered.
    const answer = setTimeout(() => {
      void readdir(folder).then((names) => (names.length === 0 ? limit.abort() : say('downloading')));
    }, ANSWER_MS);
    say('asking for a download');
    const { code } = await run(process.execPath, [self, wanted.kind, folder], { signal: limit.signal });
    clearTimeout(whole);
    clearTimeout(answer);
    const [name] = (await readdir(folder)).filter((file) => !file.endsWith('.downloading'));
    if (code !== 0 || name === undefined) throw new NotToBeHad();
    await rename(path.join(folder, name), path.join(folder, wanted.file));
    await wanted.finish?.(folder);
  };
  try {
    return await keep(wanted.entry, wanted.file, make, say);
  } catch (error) {
    if (error instanceof NotToBeHad) return undefined;
    throw error;
  }
}

class NotToBeHad extends Error {}

/** @param {string} kind @param {string} folder */
async function fetchWithSdk(kind, folder) {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const executable = /** @type {const} */ ({ type: 'cached-download', downloadDir: folder });
  const environment =
    kind === 'dev-server'
      ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
      : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  await environment.teardown();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await fetchWithSdk(process.argv[2] ?? '', process.argv[3] ?? '');
}
