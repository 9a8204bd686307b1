// One party's worker on another party's queue: it holds a key of its own and signs what it says it did. The judge knows it, and the
// incident does not believe it, and says so; the executor of the step refuses such a result as well.
import { beforeAll, expect, it } from 'vitest';
import { judge } from '../../authority/judge.ts';
import { verifyWarrant } from '../../authority/warrant.ts';
import { RUN as firstRun, WORKFLOW as incident, World as Course } from '../domain/incident/world.ts';
import {
  ALL_CUT,
  applied,
  bearings,
  kinds,
  newWorld,
  NOW,
  policyOf,
  rightful,
  sees,
  STEPS,
  type World,
} from './rightful.ts';
import { shippedAuthority } from './shipped-authority.ts';

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

/** What the incident makes of a result on the first order, said by this worker. */
async function answered(
  by: 'identity-aws' | 'owner-aws' | 'aws',
  awaited = [...bearings.machines, 'owner-aws'],
) {
  const course = new Course().look();
  course.assess();
  course.approve();
  const plan = course.incident.approved?.hash ?? null;
  const payload = await applied(world, by, 's1', { incident, firstRun, plan, now: course.now });
  const judgement = await judge(
    {
      message: 'applied',
      payload,
      bearings: { ...bearings, incident, firstRun, machines: awaited },
      now: course.now,
    },
    { directory: world.directory, authority: shippedAuthority() },
  );
  course.do({ type: 'applied', effect: 'order-1#1', judgement });
  return course;
}

it('is believed where it is the executor of the step', async () => {
  const course = await answered('identity-aws');
  expect(course.incident.steps[0]?.status).toBe('applied');
});

it.each([
  [
    'another executor that is awaited elsewhere in this incident',
    'owner-aws',
    undefined,
    /signed by owner-aws, not by identity-aws/,
  ],
  [
    'another executor that nobody awaits',
    'owner-aws',
    ['identity-aws', 'aws'],
    /signed by owner-aws, not by identity-aws/,
  ],
  ['a checker', 'aws', undefined, /signed by aws, not by identity-aws/],
] as const)('is found out and told: %s', async (_, by, awaited, says) => {
  const course = await answered(by, awaited === undefined ? undefined : [...awaited]);
  expect(course.incident.steps[0]).toMatchObject({ status: 'blocked', trouble: expect.stringMatching(says) });
  const told = course.incident.notices.filter(({ to }) => to === 'soc').map((notice) => notice.says);
  expect(told).toContainEqual(expect.stringMatching(says));
});

it.each([
  ['an executor about a step of another', () => applied(world, 'owner-aws', STEPS.quarantine)],
  ['an executor as if it were the checker', () => sees(world, ALL_CUT, {}, 'owner-aws')],
] as const)('is no result to an executor: %s', async (_, said) => {
  const order = await rightful(world, STEPS.lift);
  const verdict = await verifyWarrant({
    order: { ...order, results: [await said()] },
    policy: policyOf('identity-aws'),
    authority: null,
    directory: world.directory,
    kinds,
    self: ['aws/123456789012/iam-user/custody-identity'],
    acts: [],
    now: NOW,
  });
  expect(verdict).toMatchObject({ ok: false, check: 'resultsAreTheirOwn' });
});
