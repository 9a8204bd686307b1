// Prepares the packages and the servers that a command needs: says first what it found, what it will fetch or build and about how
// long that takes, stops before anything slow when a tool is missing, and prepares servers side by side.
import { cacheFolder, keep } from '../cache.mjs';
import { installPackages, NPM_ABOUT_MS, packagesAreInstalled } from '../packages.mjs';
import { isStopping } from '../processes.mjs';
import { clock } from '../progress.mjs';
import { lack, look } from '../tools.mjs';
import { Trouble } from '../trouble.mjs';
import { download } from './download.mjs';
import { find } from './server.mjs';

/**
 * @typedef {import('./server.mjs').Server} Server
 * @typedef {import('../progress.mjs').Progress} Progress
 */

/**
 * @param {Server[]} servers
 * @param {Progress} progress
 * @returns {Promise<Record<string, string>>} for the environment of what is started next: each server's variable and its program
 */
export async function prepare(servers, progress) {
  const installed = await packagesAreInstalled();
  const found = await Promise.all(servers.map(async (server) => ({ server, program: await find(server) })));
  const missing = found.filter(({ program }) => program === undefined).map(({ server }) => server);
  const lackingAll = await lacks(missing);
  const leftOut = lackingAll.filter(({ server }) => server.optional !== undefined);
  const lacking = lackingAll.filter((one) => !leftOut.includes(one));
  const wanted = missing.filter((server) => !leftOut.some((one) => one.server === server));

  progress.line(`Node ${process.versions.node}; cache ${cacheFolder()}`);
  for (const { seen, server } of leftOut)
    progress.line(`  ${lack(seen, server.name)} Without it: ${server.optional}.`);
  for (const { server, program } of found)
    if (program) progress.line(`  ${server.name}: ${program.path}, from ${program.from}`);
  if (!installed) progress.line(`  npm packages: to be installed with npm ci, about ${clock(NPM_ABOUT_MS)}`);
  for (const { download: offered, build, name } of wanted) {
    const first = offered ? 'to be downloaded, or if that does not answer ' : 'to be ';
    progress.line(`  ${name}: ${first}${build.how}, about ${clock(build.aboutMs)}`);
  }

  // Without a download to hope for, a missing tool ends it here.
  report(lacking.filter(({ server }) => server.download === undefined));

  /** @type {Map<Server, string>} */
  const programs = new Map();
  for (const { server, program } of found) if (program) programs.set(server, program.path);
  const packages = installed
    ? Promise.resolve()
    : withTask(progress, 'npm packages', NPM_ABOUT_MS, installPackages);

  // The SDK that downloads comes with the packages.
  const downloads = Promise.all(
    wanted
      .filter((server) => server.download)
      .map(async (server) => {
        await packages;
        const program = await withTask(
          progress,
          server.name,
          server.build.aboutMs,
          (say) => download(server, say),
          'downloaded',
        );
        if (program !== undefined) programs.set(server, program);
      }),
  );
  // A build takes minutes: it waits only if a tool is missing that one of the downloads may make needless.
  const certain =
    lacking.length === 0
      ? Promise.resolve()
      : downloads.then(() => report(lacking.filter(({ server }) => !programs.has(server))));
  const builds = wanted.map(async (server) => {
    await certain;
    if (server.download) await downloads;
    if (programs.has(server)) return;
    const make = async (/** @type {(note: string) => void} */ say) =>
      keep(await server.build.entry(), server.build.file, (folder) => server.build.make(folder, say), say);
    const task = withTask(progress, server.name, server.build.aboutMs, make);
    const program = server.optional === undefined ? await task : await task.catch(without(server, progress));
    if (program !== undefined) programs.set(server, program);
  });
  await Promise.all([packages, downloads, ...builds]);
  return Object.fromEntries([...programs].map(([server, program]) => [server.variable, program]));
}

/** Says what is left out. @param {Server} server @param {Progress} progress */
const without = (server, progress) => (/** @type {unknown} */ error) => {
  if (!(error instanceof Trouble)) throw error;
  progress.line(`${error.message}\nWithout it: ${server.optional}.`);
};

/** @param {Server[]} wanted */
async function lacks(wanted) {
  const pairs = wanted.flatMap((server) => server.build.tools.map((tool) => ({ server, tool })));
  const seen = await Promise.all(pairs.map(async ({ server, tool }) => ({ server, seen: await look(tool) })));
  return seen.filter(({ seen: { good } }) => !good);
}

/** @param {Awaited<ReturnType<typeof lacks>>} lacking */
function report(lacking) {
  if (lacking.length === 0) return;
  throw new Trouble(lacking.map(({ server, seen }) => lack(seen, server.name)).join('\n'));
}

/**
 * @template T
 * @param {Progress} progress @param {string} name @param {number} aboutMs
 * @param {(say: (note: string) => void) => Promise<T>} work
 * @param {string} [word]
 */
async function withTask(progress, name, aboutMs, work, word = 'ready') {
  const task = progress.task(name, aboutMs);
  const result = await work(task.say).catch((/** @type {unknown} */ error) => {
    task.done('failed');
    throw error;
  });
  if (!isStopping()) task.done(result === undefined && word === 'downloaded' ? 'no download answered' : word);
  return result;
}
