// A stolen role under warrants: the plan that discovery gives, approved by people, carried out by two executors that each check every
// order by their own policy and keep their own ledger, and seen by a checker. The thief's calls are real.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { anExecutor, type Executor, now, orderOf, planOf } from '../activities/an-executor.ts';
import { firstRun, newWorld, policyOf, saying, type World } from '../authority/rightful.ts';
import { type Course, courseForRole, workersOf } from '../providers/aws/course.ts';
import { movedClock, type MovedClock } from '../providers/aws/role/moved-clock.ts';
import { estateForThisFile } from './estate.ts';
import { allow, rolesOf } from './roles.ts';

const KIND = 'aws/role-session-cut-off';

const estate = estateForThisFile();
let roles: ReturnType<typeof rolesOf>;
let world: World;
let folder: string;
beforeAll(async () => {
  roles = rolesOf(estate());
  world = await newWorld();
  folder = await mkdtemp(path.join(tmpdir(), 'custody-role-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Stolen {
  plan: Plan;
  course: Course;
  clock: MovedClock;
  cutting: Executor;
  ending: Executor;
  results: Saying[];
  take(step: Step): Promise<void>;
  see(...steps: Step[]): Promise<void>;
  ordered(step: Step): Promise<Order>;
}

/** Executors of the names that the rightful world has keys for: the owner's stands for the one that ends sessions. */
async function incident(name: string, isProtected: string[] = []): Promise<Stolen> {
  const clock = movedClock();
  const course = await courseForRole(name, workersOf(estate(), clock));
  const base = planOf(course.discovery);
  const plan = {
    ...base,
    steps: base.steps.map((step) => (step.kind === KIND ? { ...step, executor: 'owner-aws' } : step)),
  };
  const executor = (who: 'identity-aws' | 'owner-aws', kinds: string[]) =>
    anExecutor({
      world,
      provider: who === 'identity-aws' ? course.workers.identity : course.workers.sessions,
      policy: policyOf(who, { kinds, protected: isProtected }),
      state: path.join(folder, `${name}-${who}`),
    });
  const [cutting, ending] = [
    await executor('identity-aws', ['aws/role-quarantine']),
    await executor('owner-aws', [KIND]),
  ];
  const results: Saying[] = [];
  const about = () => ({ plan: hashOf(plan), incident: plan.incident, firstRun, now: now() });
  const ordered = (step: Step) => orderOf(world, plan, step.id, { results: [...results] });
  return {
    plan,
    course,
    clock,
    cutting,
    ending,
    results,
    ordered,
    async take(step) {
      const by = step.executor === 'owner-aws' ? ending : cutting;
      results.push(await by[step.verb](await ordered(step)));
    },
    async see(...steps) {
      const seen = await Promise.all(
        steps.map(async (step) => {
          const kind = course.workers.checker.kinds[step.kind];
          const sight = await kind?.check({ plan, step, evidence: {} });
          return { step: step.id, holds: sight?.holds ?? false, saw: sight?.saw ?? '' };
        }),
      );
      const body = { at: now(), steps: seen };
      results.push(await saying(world, 'aws', 'checked', { ...about(), answers: 'check-1', body }));
    },
  };
}

const stepsOf = ({ plan }: Stolen) => {
  const containment = plan.steps.filter(({ phase }) => phase === 'containment');
  const lift = plan.steps.find(({ phase }) => phase === 'recovery');
  if (lift === undefined) throw new Error('the plan lifts the quarantine');
  return { containment, lift };
};

it('is cut by two executors, and lifted only when a checker has seen every cut-off', async () => {
  const service = await roles.user('warranted-service');
  const second = await roles.role('warranted-reports', roles.anyone);
  const first = await roles.role('warranted', service.arn, allow('sts:AssumeRole', second.arn));
  const thief = await roles.become(service.key, first);
  const chained = await roles.become(thief, second);
  const stolen = await incident('warranted');
  const { containment, lift } = stepsOf(stolen);
  expect(containment.map(({ executor }) => executor)).toEqual(['identity-aws', 'owner-aws', 'owner-aws']);

  const [quarantine, ...cutOffs] = containment as [Step, ...Step[]];
  await stolen.take(quarantine);
  await stolen.see(quarantine);
  await expect(stolen.take(lift)).rejects.toThrow(/containmentIsSeenBeforeLifting/);
  for (const step of cutOffs) await stolen.take(step);
  await expect(stolen.take(lift)).rejects.toThrow(/containmentIsSeenBeforeLifting/);
  await stolen.see(...cutOffs);
  expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
  expect(await roles.work(chained, second)).toMatch(/^AccessDenied/);

  await stolen.take(lift);
  expect(await roles.work(thief, first)).toMatch(/^AccessDenied/);
  expect(await roles.work(chained, second)).toMatch(/^AccessDenied/);
  await expect(stolen.take(quarantine)).rejects.toThrow(/warrantIsNotUsedUp/);
  const from = stolen.clock.now();
  expect(await roles.work(await roles.becomeFrom(service.key, first, from), first)).toBe('works');
  for (const step of cutOffs) await stolen.take(step);
});

it('neither executor takes what is the other’s', async () => {
  const service = await roles.user('apart-service');
  await roles.role('apart', service.arn);
  const stolen = await incident('apart');
  const { containment } = stepsOf(stolen);
  const [quarantine, cutOff] = containment as [Step, Step];
  await expect(stolen.ending.apply(await stolen.ordered(quarantine))).rejects.toThrow(/stepIsOurs/);
  await expect(stolen.cutting.apply(await stolen.ordered(cutOff))).rejects.toThrow(/stepIsOurs/);
});

it('a role that the thief may have become is left alone where the executor’s policy protects it', async () => {
  const service = await roles.user('payroll-service');
  const payroll = await roles.role('payroll', roles.anyone);
  await roles.role('pays', service.arn, allow('sts:AssumeRole', payroll.arn));
  const before = await roles.snapshot('payroll');
  const stolen = await incident('pays', ['aws/*/iam-role/payroll']);
  const step = stolen.plan.steps.find(({ target }) => target['roleName'] === 'payroll');
  if (step === undefined) throw new Error('the plan ends the sessions of payroll');
  await expect(stolen.take(step)).rejects.toThrow(
    /payroll is protected by the own policy.*identityIsNotProtected/,
  );
  expect(await roles.snapshot('payroll')).toBe(before);
});
