// An orchestrator as a process of its own, so that it can be killed: what was built, with rules for tests. Its parent tells it
// what it needs, and it ends with its parent. Told `dieAt`, it kills itself when a workflow task is decided that reaches so far.
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';

/** @param {string} file of dist/ */
const built = (file) => import(new URL(`../../dist/${file}`, import.meta.url).href);
const { judgeActivities } = await built('activities/judge.js');
const { recallActivities } = await built('activities/recall.js');
const { directoryRecordStore } = await built('activities/settle/directory-store.js');
const { settleActivities } = await built('activities/settle/settle.js');
const { judge } = await built('authority/judge.js');
const { openKey } = await built('authority/keys.js');
const { say } = await built('authority/sign.js');
const { loadFolder } = await built('authority/folder.js');

process.on('disconnect', () => process.exit());
process.once('message', (/** @type {import('./orchestrator-process.ts').Needs} */ needs) => void live(needs));

/** @param {import('./orchestrator-process.ts').Needs} needs */
async function live({ address, workflows, records: folder, directory, key: content, rules, dieAt }) {
  const key = await openKey(content);
  const { authority } = await loadFolder(fileURLToPath(new URL('../../runbooks/default', import.meta.url)));
  const records = directoryRecordStore(folder);
  const sealed = { key, message: 'sealed', answers: null, plan: null, validForMs: 3_600_000 };
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue: 'custody',
    workflowBundle: { codePath: workflows.codePath },
    dataConverter: { payloadConverterPath: workflows.payloadConverterPath },
    stickyQueueScheduleToStartTimeout: '1 second',
    activities: {
      ...judgeActivities({
        judge: (/** @type {unknown} */ said) => judge(said, { directory, authority }),
      }),
      resolve: async () => rules,
      ...recallActivities({ records }),
      ...settleActivities({
        records,
        sealing: (/** @type {object} */ name, /** @type {object} */ head) =>
          say({ ...sealed, ...name, body: { ...head }, now: new Date().toISOString() }),
      }),
    },
    sinks: {
      audit: { heard: { fn() {} } },
      doom: {
        decided: {
          callDuringReplay: false,
          fn: async (_, /** @type {number} */ historyLength) => {
            if (dieAt !== null && historyLength >= dieAt) await die(historyLength);
          },
        },
      },
    },
  });
  const running = worker.run();
  process.send?.({ ready: true });
  await running;
}

/** Whoever awaits it waits for ever: the task is never reported. @param {number} historyLength @returns {Promise<never>} */
function die(historyLength) {
  return new Promise(() =>
    process.send?.({ diesAt: historyLength }, () => process.kill(process.pid, 'SIGKILL')),
  );
}
