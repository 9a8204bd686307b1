// The record store fails, or fails to say that it has done its work. The incident goes on meanwhile, and the record is whole.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { verifyRecord } from '../../authority/verify-record.ts';
import type { RecordedEvent } from '../../domain/record/record.ts';
import type { RecordStore } from '../../domain/record/store.ts';
import type { Ended } from '../../workflows/messages.ts';
import { atWork, keyNamed, named, type Stage, timeSkipping } from '../workflows/stage.ts';

/** A store on a disk that has its days. */
class Unsteady implements RecordStore {
  /** Nothing can be written. */
  down = false;
  /** So many times more it writes and its answer is lost. */
  losesAnswers = 0;
  asked = 0;
  private readonly disk: RecordStore;

  constructor(folder: string) {
    this.disk = directoryRecordStore(folder);
  }

  async append(...[name, events]: Parameters<RecordStore['append']>) {
    this.asked += 1;
    if (this.down) throw new Error('the disk is full');
    const head = await this.disk.append(name, events);
    this.loseTheAnswer();
    return head;
  }

  async seal(...[name, seal]: Parameters<RecordStore['seal']>) {
    await this.disk.seal(name, seal);
    this.loseTheAnswer();
  }

  private loseTheAnswer(): void {
    if (this.losesAnswers === 0) return;
    this.losesAnswers -= 1;
    throw new Error('the connection broke');
  }

  closedRuns: RecordStore['closedRuns'] = (incident) => this.disk.closedRuns(incident);
  read: RecordStore['read'] = (name) => this.disk.read(name);
  keep: RecordStore['keep'] = (hash, content) => this.disk.keep(hash, content);
  kept: RecordStore['kept'] = (hash) => this.disk.kept(hash);
}

let env: TestWorkflowEnvironment;
let stage: Stage;
let store: Unsteady;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping());
  store = new Unsteady(stage.recordsFolder);
  stage.records = store;
  stop = await atWork(stage);
});
afterAll(async () => {
  await stop?.();
  await env?.teardown();
});
beforeEach(() => {
  store.down = false;
  store.losesAnswers = 0;
  store.asked = 0;
});

const typesOf = (events: readonly RecordedEvent[]) => events.map((one) => one.type);

/** The record as the store has it, whole and sealed over all of it. */
async function sealed(key: string, firstRun: string, head: string): Promise<RecordedEvent[]> {
  const { events, seal } = await store.read({ incident: `incident/${key}`, firstRun });
  const text = [...events, seal].map((line) => JSON.stringify(line)).join('\n');
  expect(await verifyRecord(text, { directory: stage.people.directory })).toMatchObject({
    ok: true,
    broken: null,
    sealed: true,
    head: { seq: events.length, hash: head },
  });
  return events;
}

async function contained(key: string): Promise<void> {
  await stage.assess('sam', key);
  await stage.approve('ida', 'act', key);
  await env.sleep('2 minutes');
}

async function closed(key: string): Promise<Ended> {
  const { planHash } = await stage.view(key);
  await stage.say('olga', 'attest', { plan: planHash, body: { verdict: 'works', reason: 'jobs run' } }, key);
  await stage.approve('ida', 'irreversible', key);
  await env.sleep('38 hours');
  await stage.say('sam', 'close', { body: { reason: 'all is seen' } }, key);
  return (await stage.handle(key).result()) as Ended;
}

it('a store that is down for twelve minutes: the incident is contained meanwhile, and nothing is missing afterwards', async () => {
  const key = keyNamed('full-disk');
  await stage.detect(named('full-disk'));
  await env.sleep('2 seconds');
  store.down = true;
  await contained(key);
  const { phase, firstRun, steps } = await stage.view(key);
  expect(phase).toBe('recovery');
  expect(steps?.slice(0, 3).map((step) => step.status)).toEqual(['seen', 'seen', 'seen']);
  const stored = await store.read({ incident: `incident/${key}`, firstRun });
  expect(stored.events, 'nothing could be stored').toEqual([]);
  await env.sleep('10 minutes');
  expect(store.asked).toBeGreaterThan(10);
  const failed = (await stage.record(key)).filter((line) => line.type === 'settleFailed');
  expect(failed.map((line) => line.data['reason'])).toContain('the disk is full');
  store.down = false;
  const { head } = await closed(key);
  const events = await sealed(key, firstRun, head);
  expect(typesOf(events)).toEqual(
    expect.arrayContaining(['settleFailed', 'contained', 'recovered', 'closed']),
  );
});

it('a store whose answers are lost after it has written: asked again, it adds nothing and forks nothing', async () => {
  const key = keyNamed('lost-answers');
  await stage.detect(named('lost-answers'));
  await env.sleep('2 seconds');
  const { firstRun } = await stage.view(key);
  store.losesAnswers = 3;
  await contained(key);
  expect(store.losesAnswers).toBe(0);
  expect(store.asked, 'each lost answer was asked for again').toBeGreaterThanOrEqual(5);
  const { phase } = await stage.view(key);
  expect(phase).toBe('recovery');
  // The seal's answer, too.
  const ending = closed(key);
  store.losesAnswers = 4;
  const { head } = await ending;
  expect(store.losesAnswers).toBe(0);
  const events = await sealed(key, firstRun, head);
  expect(typesOf(events).filter((type) => type === 'contained')).toHaveLength(1);
  expect(typesOf(events)).not.toContain('settleFailed');
});

it('a store that is down at the close: it is asked again, and the incident is not over before its record is sealed', async () => {
  const key = keyNamed('late-seal');
  await stage.detect(named('late-seal'));
  await env.sleep('2 seconds');
  const { firstRun } = await stage.view(key);
  const body = { verdict: 'falsePositive', impact: 'none', reason: 'our own test' };
  const risk = (await stage.view(key)).gates.find((gate) => gate.name === 'risk')?.id ?? null;
  await stage.say('sam', 'assess', { answers: risk, body }, key);
  store.down = true;
  await stage.say('lee', 'close', { body: { reason: 'it was announced' } }, key);
  await env.sleep('15 minutes');
  expect((await stage.handle(key).describe()).status.name).toBe('RUNNING');
  store.down = false;
  const { outcome, head } = (await stage.handle(key).result()) as Ended;
  expect(outcome).toBe('closed');
  expect(store.asked, 'for longer than one settling may take').toBeGreaterThan(20);
  expect(typesOf(await sealed(key, firstRun, head)).at(-1)).toBe('closed');
});
