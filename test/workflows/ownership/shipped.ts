// The world of the stories about whose hands an incident is in: the shipped runbook itself, people of each of its parties, real keys.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { directoryRecordStore } from '../../../activities/settle/directory-store.ts';
import { type PolicyFolder, readFolder } from '../../../authority/folder.ts';
import { verifyRecord } from '../../../authority/verify-record.ts';
import type { Fact } from '../../../domain/detection/detection.schema.ts';
import type { Discovery, Strategy } from '../../../domain/plan/plan.schema.ts';
import { checkout } from '../../../local/checkout.mjs';
import type { Ended, Outcome } from '../../../workflows/messages.ts';
import { shippedTexts } from '../../authority/shipped-authority.ts';
import { shippedDemands } from '../../authority/shipped-policy.ts';
import { discovery } from '../../domain/incident/world.ts';
import { Plane } from '../plane.ts';
import { atWork, gate, people, type People, type Stage, timeSkipping } from '../stage.ts';

const MEMBERS = {
  sam: ['soc'],
  erin: ['soc'],
  lee: ['soc'],
  ida: ['identity'],
  pat: ['platform'],
  olga: ['service-owner'],
  omar: ['service-owner'],
  vera: ['vendor'],
  viktor: ['vendor'],
  ada: ['agent-platform'],
};

/** A runbook as its author writes it, to be changed where the shipped one does not have what a test is about. */
export type Written = Record<string, Record<string, Record<string, unknown>>>;

export interface Telling {
  plane?: Plane;
  /** Whose own identity which are. */
  own?: Record<string, string[]>;
  change?: (runbook: Written) => void;
  /** Queues without a worker. */
  absent?: string[];
}

export interface Story {
  env: TestWorkflowEnvironment;
  stage: Stage;
  stop: () => Promise<void>;
}

/** Read and checked as a worker reads it, with the people of the test. */
export async function shippedFolder(
  { directory }: People,
  change?: Telling['change'],
): Promise<PolicyFolder> {
  const text = await readFile(path.join(checkout, 'runbooks', 'default', 'runbook.yaml'), 'utf8');
  const runbook = parse(text) as Written;
  change?.(runbook);
  return readFolder({
    'runbook.yaml': change === undefined ? text : JSON.stringify(runbook),
    'people.yaml': JSON.stringify(directory),
    'authority.cedar': shippedTexts('default')['authority.cedar'],
  });
}

export const shippedPeople = (own: Telling['own'] = {}): Promise<People> => people(MEMBERS, own);

export async function shipped(telling: Telling = {}): Promise<Story> {
  const { plane = new Plane(discovery), own, change, absent } = telling;
  const { env, stage } = await timeSkipping({ plane, people: await shippedPeople(own) });
  stage.folder = await shippedFolder(stage.people, change);
  stage.demands = shippedDemands();
  const stopWork = await atWork(stage, absent);
  const stop = async () => {
    await stopWork();
    await env.teardown();
  };
  return { env, stage, stop };
}

export const known = (...facts: Fact['fact'][]): Fact[] =>
  facts.map((fact) => ({ fact, value: true, evidence: 'the alert' }));

/** What the checker finds: as usual, save for this. */
export const looksLike = (change: Partial<Discovery>): Discovery => ({ ...discovery, ...change });

/** The SOC's answer to the risk gate: real, and this is to be done. */
export async function choose(
  stage: Stage,
  key: string,
  strategy: Strategy,
  person = 'sam',
): Promise<Outcome> {
  const view = await stage.view(key);
  const plan = view.plans.find((one) => one.plan.strategy === strategy)?.hash ?? null;
  const body = { verdict: 'incident', impact: 'confirmed', strategy, reason: 'seen in the logs' };
  return stage.say(person, 'assess', { answers: gate(view, 'risk'), plan, body }, key);
}

/** Of the whole service; with `step`, of what people do by hand. */
export async function attest(stage: Stage, key: string, person: string, step?: string): Promise<Outcome> {
  const { planHash: plan, checklist } = await stage.view(key);
  const about = step === undefined ? { confirms: checklist.map(({ name }) => name) } : { step };
  const body = { verdict: 'works', reason: 'looked at it', ...about };
  return stage.say(person, 'attest', { plan, body }, key);
}

export const take = (stage: Stage, key: string, person: string): Promise<Outcome> =>
  stage.say(person, 'acknowledge', { body: { answer: 'accept' } }, key);

/** Refused with this code. */
export async function refused(said: Promise<Outcome>, code: string): Promise<void> {
  await expect(said).rejects.toMatchObject({ cause: { type: code } });
}

export type Line = Awaited<ReturnType<Stage['record']>>[number];

/** Lines of these types, in order, with the instant for which each was due and whom it was said to or offered to. */
export const clocks = (lines: readonly Line[], ...types: string[]): [string, unknown, unknown][] =>
  lines
    .filter(({ type }) => types.includes(type))
    .map(({ type, data }) => [type, data['due'], data['to'] ?? null]);

export const ofType = (lines: readonly Line[], type: string): Line[] =>
  lines.filter((line) => line.type === type);

/** The end: its record, once everything in it has been verified by the directory and the runbook. */
export async function closedRecord(stage: Stage, key: string, as: string): Promise<Line[]> {
  const { outcome, head } = (await stage.handle(key).result()) as Ended;
  expect(outcome).toBe('closed');
  const { incident, firstRun, closedAs } = await stage.view(key);
  expect(closedAs).toBe(as);
  const { events, seal } = await directoryRecordStore(stage.recordsFolder).read({ incident, firstRun });
  expect(events.at(-1)?.hash).toBe(head);
  const report = await verifyRecord([...events, seal].map((line) => JSON.stringify(line)).join('\n'), {
    directory: stage.people.directory,
    ...(stage.folder === null ? {} : { runbookContent: stage.folder.content }),
  });
  expect(report).toMatchObject({ ok: true, sealed: true, broken: null, runbook: 'matches' });
  return events as never;
}
