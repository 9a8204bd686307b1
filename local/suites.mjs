// The test suites: which folders of test/ each takes, how long it may take, and what it needs. vitest.config.ts and "npm test" read this table.
import { awsEmulator } from './servers/aws-emulator.mjs';
import { keycloak } from './servers/keycloak.mjs';
import { temporal } from './servers/temporal.mjs';
import { timeSkipping } from './servers/time-skipping.mjs';

/**
 * @typedef {object} Suite
 * @property {string[] | 'the rest'} folders
 * @property {number} budgetMs of the whole suite
 * @property {number} testTimeoutMs
 * @property {boolean} [bundle] the workflow code, bundled once
 * @property {import('./servers/server.mjs').Server[]} servers
 * @property {string} about
 */

/** @type {Record<string, Suite>} */
export const suites = {
  unit: {
    folders: 'the rest',
    budgetMs: 120_000,
    testTimeoutMs: 60_000,
    servers: [],
    about: 'rules, as tables and properties; formats, proofs, lint rules',
  },
  workflows: {
    folders: ['workflows'],
    budgetMs: 120_000,
    testTimeoutMs: 60_000,
    bundle: true,
    servers: [timeSkipping, temporal, awsEmulator],
    about: 'the incident workflow, on the time-skipping server',
  },
  providers: {
    folders: ['providers', 'activities', 'attacker'],
    budgetMs: 150_000,
    testTimeoutMs: 60_000,
    servers: [awsEmulator, keycloak],
    about: 'credential kinds against AWS and PostgreSQL, with an attacker; executors; logins at Keycloak',
  },
  e2e: {
    folders: ['e2e', 'client'],
    budgetMs: 90_000,
    testTimeoutMs: 120_000,
    bundle: true,
    servers: [temporal, awsEmulator],
    about: 'whole incidents, on real servers',
  },
  faults: {
    folders: ['faults'],
    budgetMs: 90_000,
    testTimeoutMs: 120_000,
    bundle: true,
    servers: [temporal, timeSkipping, awsEmulator],
    about: 'outages, crashes, lost answers',
  },
  replay: {
    folders: ['replay'],
    budgetMs: 30_000,
    testTimeoutMs: 60_000,
    bundle: true,
    servers: [],
    about: 'recorded histories, replayed',
  },
  docs: {
    folders: ['docs'],
    budgetMs: 60_000,
    testTimeoutMs: 60_000,
    servers: [],
    about: 'what the documents claim',
  },
};

/** @param {string} file from the checkout, under test/ @returns {string} */
export function suiteOf(file) {
  const folder = file.split('/')[1] ?? '';
  const own = Object.entries(suites).find(
    ([, { folders }]) => folders !== 'the rest' && folders.includes(folder),
  );
  return own?.[0] ?? 'unit';
}
