// An executor as a process of its own, so that it can be killed: what was built, with its own environment, folder, ledger and log, but for
// its line to Temporal. Its parent gives it orders in place of that, and it ends with its parent.
import { MockActivityEnvironment } from '@temporalio/testing';

// What it is told may come before that is read.
const built = import(new URL('../../dist/workers/executor.js', import.meta.url).href);

process.on('disconnect', () => process.exit());
process.on('message', (/** @type {import('./executor-process.ts').Work} */ work) => void live(work));

/** @param {import('./executor-process.ts').Work} work */
async function live({ environment, order, verb }) {
  Object.assign(process.env, environment);
  process.send?.(await ended(process.env, order, verb));
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {unknown} order
 * @param {'apply' | 'undo'} verb
 * @returns {Promise<import('./executor-process.ts').Ended>}
 */
async function ended(environment, order, verb) {
  try {
    const { activities } = await (await built).executorOf(environment);
    return { said: await new MockActivityEnvironment().run(activities[verb], order) };
  } catch (error) {
    const { type, nonRetryable, message, stack } =
      /** @type {Error & { type?: string, nonRetryable?: boolean }} */ (error);
    return { failed: { type, nonRetryable, message, stack } };
  }
}
