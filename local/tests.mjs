// "npm test": lint, format, types, then each suite; ends with one line, "N passed, N failed".
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { checkout } from './checkout.mjs';
import { ended, start } from './processes.mjs';
import { clock } from './progress.mjs';
import { prepare } from './servers/prepare.mjs';
import { suiteOf, suites } from './suites.mjs';
import { withoutTheirs } from './surroundings.mjs';
import { Trouble } from './trouble.mjs';

const tool = (/** @type {string} */ file) => path.join(checkout, 'node_modules', file);

/** Each counts as one test. */
const checks = {
  lint: [tool('oxlint/bin/oxlint'), '--type-aware'],
  format: [tool('@biomejs/biome/bin/biome'), 'format'],
  types: [tool('typescript/bin/tsc'), '-p', 'tsconfig.json'],
};
const CHECKS_BUDGET_MS = 30_000;
/** Enough to notice a slip; the long run before a release sets more. */
const PROPERTY_RUNS = '500';

export const help = `npm test [-- WHAT…]

Prepares what is missing (npm packages, real servers), then runs lint, format and type checks and the test suites.
Ends with one line "N passed, N failed"; exits with 0 only if all passed and something was tested.

WHAT is any of:
  ${Object.keys(checks).join(', ').padEnd(22)} a check
${Object.entries(suites)
  .map(([name, { about }]) => `  ${name.padEnd(22)} suite: ${about}`)
  .join('\n')}
  a path under test/     the files there
Without it: everything.

Environment:
  CUSTODY_RUNS           runs of each property test (${PROPERTY_RUNS} here; fewer under vitest alone)
  CUSTODY_SAMPLES        a folder of alert samples to read as well
  CUSTODY_CACHE          where servers are kept (else $XDG_CACHE_HOME/custody, else ~/.cache/custody)
  CUSTODY_TEMPORAL, CUSTODY_TEST_SERVER, CUSTODY_AWS_EMULATOR, CUSTODY_KEYCLOAK
                         programs to use instead of those that would be fetched or built

One file by hand, once prepared: npx vitest run test/domain/incident
`;

/** @typedef {{ passed: number, failed: number, named?: string[] }} Count with each failure's place and first lines */

/** @param {string[]} words @param {import('./progress.mjs').Progress} progress @returns {Promise<number>} the exit code */
export async function test(words, progress) {
  const chosen = choose(words);
  const servers = [...new Set(chosen.suites.flatMap(([name]) => suites[name]?.servers ?? []))];
  const programs = await prepare(servers, progress);
  const env = { CUSTODY_RUNS: PROPERTY_RUNS, ...withoutTheirs(process.env), ...programs };

  /** @type {Count} */
  const total = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const summary = [];
  /** @type {string[]} */
  const failures = [];
  const add = (
    /** @type {string} */ name,
    /** @type {Count} */ count,
    /** @type {number} */ tookMs,
    /** @type {number} */ budgetMs,
  ) => {
    total.passed += count.passed;
    total.failed += count.failed;
    failures.push(...(count.named ?? []).map((failure) => `  ${name}: ${failure}`));
    const over = tookMs > budgetMs ? '  WARNING: over its budget' : '';
    const counts = `${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed`;
    summary.push(`  ${name.padEnd(18)}${counts}   ${clock(tookMs)} of ${clock(budgetMs)}${over}`);
  };

  if (chosen.checks.length > 0) {
    const began = Date.now();
    add(
      'lint and types',
      await runChecks(chosen.checks, env, progress),
      Date.now() - began,
      CHECKS_BUDGET_MS,
    );
  }
  // Tests start the programs as a user would, from dist/.
  if (chosen.suites.length > 0) build();
  let tested = chosen.suites.length === 0 ? total.passed : 0;
  for (const [name, paths] of chosen.suites) {
    progress.line(`\n— ${name}`);
    const began = Date.now();
    const count = await runSuite(name, paths, env);
    tested += count.passed;
    add(name, count, Date.now() - began, suites[name]?.budgetMs ?? 0);
  }
  progress.line(`\n${summary.join('\n')}`);
  // Named again at the end: thousands of lines lie between, and who reads a log from its end should not search.
  if (failures.length > 0) progress.line(`Failed:\n${failures.join('\n')}`);
  if (tested === 0) progress.line('Nothing was tested.');
  progress.line(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 || tested === 0 ? 1 : 0;
}

/**
 * @param {string[]} words
 * @returns {{ checks: (keyof typeof checks)[], suites: [string, string[]][] }} suites with the paths that narrow them
 */
function choose(words) {
  if (words.length === 0) {
    return {
      checks: /** @type {(keyof typeof checks)[]} */ (Object.keys(checks)),
      suites: Object.keys(suites).map((name) => [name, []]),
    };
  }
  /** @type {Map<string, string[]>} */
  const narrowed = new Map();
  /** @type {(keyof typeof checks)[]} */
  const named = [];
  for (const word of words) {
    const file = path.relative(checkout, path.resolve(word)).split(path.sep).join('/');
    if (word in checks) named.push(/** @type {keyof typeof checks} */ (word));
    else if (word in suites) narrowed.set(word, []);
    else if (file.startsWith('test/') && existsSync(path.join(checkout, file)))
      narrowed.set(suiteOf(file), [...(narrowed.get(suiteOf(file)) ?? []), file]);
    else throw new Trouble(`There is no check, suite or path "${word}". See: npm test -- --help`);
  }
  return { checks: named, suites: [...narrowed] };
}

/** @param {(keyof typeof checks)[]} names @param {NodeJS.ProcessEnv} env @param {import('./progress.mjs').Progress} progress */
async function runChecks(names, env, progress) {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, named: [] };
  for (const name of names) {
    progress.line(`\n— ${name}`);
    const code = await ended(
      start(process.execPath, checks[name], { cwd: checkout, env, stdio: ['ignore', 'inherit', 'inherit'] }),
    );
    if (code === 0) count.passed += 1;
    else {
      count.failed += 1;
      count.named?.push(name);
    }
    progress.line(code === 0 ? `${name}: good` : `${name}: failed`);
  }
  return count;
}

/** @param {string} name @param {string[]} paths @param {NodeJS.ProcessEnv} env @returns {Promise<Count>} */
async function runSuite(name, paths, env) {
  const folder = await mkdtemp(path.join(tmpdir(), 'custody-test-'));
  try {
    const report = path.join(folder, 'report.json');
    const args = [
      tool('vitest/vitest.mjs'),
      'run',
      '--project',
      name,
      '--reporter=default',
      '--silent=passed-only',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...paths,
    ];
    const code = await ended(
      start(process.execPath, args, { cwd: checkout, env, stdio: ['ignore', 'inherit', 'inherit'] }),
    );
    const found = await readFile(report, 'utf8').then(JSON.parse, () => ({ testResults: [] }));
    // A file that cannot be loaded has no tests to fail, and what nobody caught fails none: both are failures all the same.
    const broken = found.testResults.filter(
      (/** @type {any} */ file) =>
        file.status === 'failed' &&
        !file.assertionResults.some((/** @type {any} */ one) => one.status === 'failed'),
    );
    const named = [
      ...found.testResults.flatMap((/** @type {any} */ file) =>
        file.assertionResults
          .filter((/** @type {any} */ one) => one.status === 'failed')
          .map((/** @type {any} */ one) => failed(file.name, one.fullName, one.failureMessages[0])),
      ),
      ...broken.map((/** @type {any} */ file) => failed(file.name, 'could not be loaded', file.message)),
    ];
    if (code !== 0 && named.length === 0) named.push(`vitest ended with ${code}, though no test failed`);
    return { passed: found.numPassedTests ?? 0, failed: named.length, named };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const failed = (
  /** @type {string} */ file,
  /** @type {string} */ name,
  /** @type {string | undefined} */ why,
) => `${path.relative(checkout, file)} › ${name}: ${(why ?? '').split('\n', 3).join(' ').slice(0, 400)}`;
