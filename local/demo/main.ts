// `npm run demo`: one incident on real servers, told as it happens. Ends with 0 only if all that it claims was really observed.
import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@temporalio/client';
import { connect } from '../../client/index.ts';
import type { ABrowser } from '../chromium.ts';
import { standingOf } from './account.ts';
import { type Cost, costOf } from './actions.ts';
import { Narrator } from './narrator.ts';
import { claims } from './observed.ts';
import { HURRIED, UNHURRIED } from './policies.ts';
import { browserForPasskey, HOLDER, SECOND } from './passkey.ts';
import { PATIENCE_MS, prompted } from './prompting.ts';
import { Stage } from './stage.ts';
import { PEOPLE } from './staff.ts';
import { scripted, story, type Told } from './story.ts';
import { endOnSignals, Teardown } from './teardown.ts';
import { timeline } from './timeline.ts';

const unknown = process.argv.slice(2).filter((word) => word !== '--interactive');
if (unknown.length > 0) {
  console.error(`The demo takes --interactive and nothing else, not ${unknown.join(' ')}.`);
  process.exit(2);
}
const interactive = process.argv.includes('--interactive');
const teardown = new Teardown();
/** Once it stands. */
let stage: Stage | undefined;
const narrator = new Narrator((text) => process.stdout.write(text));
endOnSignals(teardown, () => narrator.line('Stopping everything…'));

try {
  const good = await demo();
  await teardown.run();
  narrator.line('Everything is stopped.');
  process.exit(good ? 0 : 1);
} catch (error) {
  // What fails while everything is being stopped fails because of that.
  if (!teardown.begun) {
    narrator.line(`The demo failed. ${error instanceof Error ? error.message : String(error)}`);
    await keepLogs();
  }
  await teardown.run().catch(() => {});
  process.exit(1);
}

async function demo(): Promise<boolean> {
  narrator.heading('The stage');
  narrator.line('Starting a Temporal server, an AWS that says no, and five workers of custody…');
  const browser = interactive ? null : await browserFor(teardown);
  stage = await Stage.raise(
    { clocks: interactive ? UNHURRIED : HURRIED, ...(browser === null ? {} : { browser }) },
    teardown,
  );
  introduce(stage);
  const died = new Promise<never>((_, reject) => stage?.workers.forEach((worker) => worker.onDeath(reject)));
  const answering = interactive ? prompted(stage, narrator) : scripted(stage, narrator);
  const told = await Promise.race([
    story(stage, narrator, {
      answering,
      silence: !interactive,
      ...(interactive
        ? { patienceMs: PATIENCE_MS }
        : { proofs: browser === null ? ['oidc'] : ['oidc', 'passkey'] }),
    }),
    died,
  ]);
  return proved(stage, told);
}

/** For the one answer by passkey; null: there is none, and that is said. */
async function browserFor(over: Teardown): Promise<ABrowser | null> {
  const browser = await browserForPasskey();
  if (typeof browser === 'string') {
    narrator.line(`${browser}: ${PEOPLE[HOLDER].name} has no passkey here, and logs in like everybody else.`);
    return null;
  }
  over.add(() => browser.close());
  return browser;
}

function introduce({ temporal, estate, workers, folder, provider, passkeyOf }: Stage): void {
  narrator.line(`Temporal at ${temporal.address}; watch the incident in its UI: ${temporal.uiAddress ?? ''}`);
  narrator.line(`An AWS emulator at ${estate.endpoint}, account ${estate.account}.`);
  narrator.line(
    `Workers, each a process with its own credentials, key and policy: ${workers.map(({ name }) => name).join(', ')}.`,
  );
  narrator.line(
    `An identity provider at ${provider.issuer}, where people log in${passkeyOf === null ? '' : `; ${PEOPLE[passkeyOf].name} made a passkey as well, in Chromium, and ${PEOPLE[SECOND].name} approved it`}.`,
  );
  narrator.line(`Their files are in ${folder}.`);
}

async function proved(on: Stage, told: Told): Promise<boolean> {
  narrator.heading('The timeline, from the record');
  for (const line of timeline(told.events)) narrator.more(line);

  narrator.heading('What was observed');
  const { estate } = on;
  const standing = await standingOf(estate, estate);
  const found = claims({ told, standing, stolenKeyId: estate.stolenKey.accessKeyId });
  for (const { says, holds } of found) narrator.more(`${holds ? '✓' : '✗ NOT OBSERVED:'} ${says}`);
  const { events, actions } = await cost(on, told.workflowId);
  const kept = await keepProof(on, told);
  narrator.heading('To look at');
  narrator.more(
    `The record, and the runbook with everybody's public keys, are kept for you in ${kept}. Change any line, and verify it:`,
  );
  narrator.verbatim(`npx custody record verify ${kept}/record.jsonl --runbook ${kept}/runbook`);
  narrator.more(`The incident's cost on Temporal so far: ${events} events, ${actions} actions`);
  narrator.heading(
    `${found.filter(({ holds }) => holds).length} of ${found.length} observed, in ${narrator.seconds.toFixed(0)} s.`,
  );
  return found.every(({ holds }) => holds);
}

async function cost(on: Stage, workflowId: string): Promise<Cost> {
  const { connection, namespace } = await connect({ address: on.temporal.address });
  try {
    const handle = new Client({ connection, namespace }).workflow.getHandle(workflowId);
    return costOf(await handle.fetchHistory());
  } finally {
    await connection.close();
  }
}

/** Public things alone: no key leaves the work folder. */
async function keepProof(on: Stage, { record }: Told): Promise<string> {
  const kept = await mkdtemp(path.join(tmpdir(), 'custody-record-'));
  await writeFile(path.join(kept, 'record.jsonl'), record);
  await cp(on.runbook, path.join(kept, 'runbook'), { recursive: true });
  return kept;
}

async function keepLogs(): Promise<void> {
  if (stage === undefined) return;
  const kept = await mkdtemp(path.join(tmpdir(), 'custody-logs-'));
  await cp(stage.logs, kept, { recursive: true });
  narrator.line(`What the workers said is in ${kept}.`);
}
