// What an incident asks of its workers beside the acts: its own past, its executors' permissions, and the runbook by what is known.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Discovery, Proposal } from '../../domain/plan/plan.schema.ts';
import type { Ended } from '../../workflows/messages.ts';
import { discovery, rules } from '../domain/incident/world.ts';
import { Plane } from './plane.ts';
import { atWork, gate, keyNamed, named, type Stage, timeSkipping } from './stage.ts';

const needing = (proposals: Proposal[] = []): Proposal[] =>
  proposals.map((one) => ({ ...one, permissions: [`iam:${one.part}`] }));

const tagged: Discovery = {
  ...discovery,
  tags: [{ key: 'team', value: 'deploys', writable: false }],
  proposals: Object.fromEntries(
    Object.entries(discovery.proposals).map(([strategy, proposals]) => [strategy, needing(proposals)]),
  ),
};

const plane = new Plane(tagged);
let env: TestWorkflowEnvironment;
let stage: Stage;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping({ plane }));
  stop = await atWork(stage);
});
afterAll(async () => {
  await stop?.();
  await env?.teardown();
});

async function opened(name: string, sourceId = name) {
  await stage.detect(named(name, { sourceId }));
  await env.sleep('5 seconds');
  return stage.view(keyNamed(name));
}

it('the closed incident of the same identity before it, from its sealed record', async () => {
  const key = keyNamed('again');
  const first = await opened('again');
  expect(first.earlier, 'there was none').toBeNull();
  const body = { verdict: 'falsePositive', impact: 'none', reason: 'our own penetration test' };
  await stage.say('sam', 'assess', { answers: gate(first, 'risk'), body }, key);
  await stage.say('lee', 'close', { body: { reason: 'the test was announced' } }, key);
  const ended = (await stage.handle(key).result()) as Ended;
  const second = await opened('again', 'another-finding');
  expect(second.firstRun).not.toBe(first.firstRun);
  expect(second.earlier).toEqual({
    firstRun: first.firstRun,
    head: ended.head,
    closedAs: 'falsePositive',
    closedAt: expect.stringMatching(/Z$/),
    count: 1,
  });
});

it('which permissions each executor lacks for its own steps', async () => {
  plane.lacking.add('iam:source-of-truth');
  const { missingPermissions } = await opened('unready');
  plane.lacking.clear();
  expect(missingPermissions).toEqual([
    { executor: 'identity-aws', missing: ['iam:source-of-truth'], unknown: null },
  ]);
  const targets = [{ userName: 'deploy-robot' }];
  expect(plane.preflights).toContainEqual({ permissions: ['iam:source-of-truth'], targets });
  expect(plane.preflights).toContainEqual({ permissions: ['iam:owner'], targets });
});

it('an executor that is asked and does not answer holds nothing up', async () => {
  plane.preflightFails = true;
  const { plans, missingPermissions } = await opened('unsaid');
  expect(plans, 'they are shown meanwhile').not.toEqual([]);
  expect(missingPermissions).toEqual([]);
  await env.sleep('3 minutes');
  plane.preflightFails = false;
  const later = await stage.view(keyNamed('unsaid'));
  expect(later.missingPermissions.map(({ executor }) => executor).toSorted()).toEqual([
    'identity-aws',
    'owner-aws',
  ]);
  for (const { missing, unknown } of later.missingPermissions) {
    expect(missing).toEqual([]);
    expect(unknown).toMatch(/the cloud is down/);
  }
});

it('the rules by the tags that were found and the owner that the SOC has named', async () => {
  const key = keyNamed('claimed');
  stage.rules = rules({ owner: null });
  await opened('claimed');
  const before = stage.resolved.length;
  expect(stage.resolved.at(-1)).toMatchObject({ owner: null });
  await stage.say('sam', 'assess', { body: { owner: 'platform', reason: 'they run it' } }, key);
  await env.sleep('5 seconds');
  expect(stage.resolved.length).toBeGreaterThan(before);
  expect(stage.resolved.at(-1)).toMatchObject({ owner: 'platform', tags: tagged.tags });
});
