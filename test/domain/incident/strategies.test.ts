// The three strategies: what runs when, who holds it meanwhile, and the hard deadline that comes whatever became of the replacement.
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../domain/incident/show.ts';
import { wanted } from '../../../domain/incident/wanted.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import { consequencesOf } from '../../../domain/plan/consequences.ts';
import type { Access } from '../../../domain/access/access.schema.ts';
import type { Step, Strategy } from '../../../domain/plan/plan.schema.ts';
import { reachingNothing } from '../access/reaching-nothing.ts';
import { discovery, HOUR, MINUTE, rules, START, World } from './world.ts';

const ALL: Strategy[] = ['cut', 'replace-then-cut', 'restrict'];
const open = () => new World().look(rules({ strategies: ALL, cutByMs: 2 * HOUR }));
const show = (world: World) => viewOf(world.incident, GENESIS, world.now);
const ordered = (world: World) =>
  wanted(world.incident, world.now).effects.flatMap((one) => (one.type === 'apply' ? [one.order.step] : []));
const does = (world: World, step: string) =>
  world.incident.approved?.plan.steps.find(({ id }) => id === step)?.kind;

describe('at the risk gate', () => {
  it('each strategy of the class has its own plan and its consequences', () => {
    const world = open();
    expect(world.incident.plans.map(({ plan }) => plan.strategy)).toEqual(ALL);
    expect(new Set(world.incident.plans.map(({ hash }) => hash)).size).toBe(3);
    const [cut, replace, restrict] = show(world).plans.map(({ consequences }) => consequences.join(' '));
    expect(cut).toContain('everything that uses this identity fails');
    expect(replace).toContain('The thief can go on until the cut.');
    expect(replace).toContain(`cut at ${plus(START, 2 * HOUR)} at the latest`);
    expect(restrict).toContain('What is dangerous is denied first');
  });

  it('a role is said to come back by new sessions: there is nothing to replace', () => {
    const said = (strategy: Strategy) => {
      const plan = open().incident.plans.find((one) => one.plan.strategy === strategy)?.plan;
      if (plan === undefined) throw new Error(`there is a plan to ${strategy}`);
      const steps = plan.steps.filter(({ part }) => part !== 'owner');
      const identity = { ...plan.identity, kind: 'iam-role' };
      return consequencesOf({ ...plan, identity, steps }, null).join(' ');
    };
    expect(said('cut')).toContain('works again by new sessions');
    expect(said('restrict')).toContain('must fetch new sessions');
    expect(said('cut') + said('restrict')).not.toMatch(/owner has to bring|new credential/);
  });

  describe('what it can reach is weighed', () => {
    const roleOf = (role: string) => ({
      role,
      by: 'user x',
      trust: 'itself' as const,
      policies: 'silent' as const,
    });
    const said = (more: Partial<Access>, change: (steps: Step[]) => Step[] = (steps) => steps) => {
      const plan = open().incident.plans.find((one) => one.plan.strategy === 'cut')?.plan;
      if (plan === undefined) throw new Error('there is a plan to cut');
      const steps = change(plan.steps);
      return consequencesOf(
        { ...plan, steps },
        { ...discovery, access: { ...reachingNothing, ...more } },
      ).join(' ');
    };
    const aimedAt = (target: Step['target']) => (steps: Step[]) =>
      steps.map((step, at) => (at === 0 ? { ...step, verb: 'apply' as const, target } : step));

    it('sessions of the roles that no step is about are said not to be ended', () => {
      const roles = { first: [roleOf('deploy'), roleOf('vault')], more: 0 };
      expect(said({ roles })).toContain('sessions of deploy, vault.');
      expect(said({ roles }, aimedAt({ roleName: 'deploy' }))).toContain('sessions of vault.');
      // A user of that name is another.
      expect(said({ roles }, aimedAt({ userName: 'deploy' }))).toContain('sessions of deploy, vault.');
      expect(said({})).not.toContain('Not ended');
    });

    it('and those that are not named are counted', () => {
      const roles = { first: ['a', 'b', 'c', 'd', 'e', 'f'].map(roleOf), more: 2 };
      const elsewhere = { first: ['arn:aws:iam::999999999999:role/far'], more: 0 };
      expect(said({ roles, elsewhere })).toContain('sessions of a, b, c, d, e and 4 more.');
    });

    it('a secret that is said to hold the old key too gets no new one', () => {
      const secrets = (by: 'runbook' | 'tag' | 'name') => ({ first: [{ secret: 'old-place', by }], more: 0 });
      expect(said({ secrets: secrets('tag') })).toContain('the old one is kept too: old-place.');
      expect(said({ secrets: secrets('name') })).not.toContain('kept too');
      expect(
        said({ secrets: secrets('tag') }, (steps) => steps.filter(({ part }) => part !== 'owner')),
      ).not.toContain('kept too');
      const filled = (steps: Step[]) =>
        steps.map((step) => (step.part === 'owner' ? { ...step, target: { secretId: 'old-place' } } : step));
      expect(said({ secrets: secrets('tag') }, filled)).not.toContain('kept too');
    });
  });

  it('a strategy for which there are no steps has no plan, and says so', () => {
    const found = { ...discovery, proposals: { cut: discovery.proposals.cut ?? [] } };
    const world = new World().look(rules({ strategies: ALL }), found);
    expect(world.incident.plans.map(({ plan }) => plan.strategy)).toEqual(['cut']);
    expect(world.incident.concerns.join(' ')).toContain('To restrict first is not possible here');
    const body = { verdict: 'incident', impact: 'confirmed', strategy: 'restrict', reason: 'x' };
    expect(world.assess('sam', { body })).toMatchObject({ code: 'notNow' });
  });

  it('without an executor for the replacement there is no plan that replaces first', () => {
    const executors = { ...rules().executors, owner: null };
    const world = new World().look(rules({ strategies: ALL, executors }));
    expect(world.incident.plans.map(({ plan }) => plan.strategy)).toEqual(['cut']);
  });
});

describe('replace, then cut', () => {
  it('makes the replacement in containment, and cuts only when it is seen in use', () => {
    const world = open().decided('replace-then-cut');
    expect(world.incident.phase).toBe('containment');
    expect(ordered(world).map((step) => does(world, step))).toEqual(['aws/access-key-replacement']);
    world.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
    expect(ordered(world)).toEqual([]);
    world.seenTwice();
    expect(ordered(world).map((step) => does(world, step))).toEqual(['aws/no-sessions']);
    world.applied();
    world.applied();
    world.seenTwice();
    expect(world.types()).toContain('contained');
    expect(world.incident.phase).toBe('recovery');
    world.say('attest', 'olga', {
      plan: world.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'jobs run' },
    });
    expect(world.incident.phase).toBe('hardening');
  });

  it('cuts at the hard deadline, exactly, even if the replacement is not seen and nobody answers', () => {
    const world = open().decided('replace-then-cut');
    const deadline = plus(START, 2 * HOUR);
    expect(show(world).steps?.map(({ startBy }) => startBy)).toEqual([null, deadline, deadline, null, null]);
    world.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
    world.seen(['s1']);
    for (let i = 0; i < 200 && world.now < deadline; i++) world.next();
    expect(world.events.find(({ type }) => type === 'deadlineCame')).toMatchObject({
      at: deadline,
      data: { due: deadline, steps: ['s2', 's3'] },
    });
    expect(ordered(world)).toEqual(['s2']);
    world.applied();
    world.applied();
    world.seenTwice();
    expect(world.incident.phase, 'contained, though the service is not moved yet').toBe('recovery');
    world.seenTwice();
    expect(world.incident.steps[0]?.status).toBe('seen');
  });

  it('the deadline waits for no executor that is absent, and comes in a pause', () => {
    const world = open().decided('replace-then-cut');
    world.say('pause', 'sam', { body: { until: plus(START, 3 * HOUR), reason: 'x' } });
    world.approve('ida', 'pause');
    expect(world.incident.paused).not.toBeNull();
    const [order] = wanted(world.incident, world.now).effects.filter(({ type }) => type === 'apply');
    world.do({ type: 'failed', effect: order?.id ?? '', sort: 'absent', reason: 'nobody' });
    while (world.now < plus(START, 2 * HOUR)) world.next();
    expect(world.types()).toContain('deadlineCame');
    expect(ordered(world)).toContain('s2');
  });
});

describe('restrict', () => {
  it('restricts, replaces, cuts, lifts: in this order', () => {
    const world = open().decided('restrict');
    const run: string[] = [];
    for (let i = 0; i < 5; i++) {
      const [step] = ordered(world);
      run.push(`${does(world, step ?? '')} in ${world.incident.phase}`);
      world.applied();
      if (ordered(world).length === 0) world.seenTwice();
    }
    expect(run).toEqual([
      'aws/restriction in containment',
      'aws/access-key-replacement in containment',
      'aws/no-sessions in containment',
      'aws/access-key in containment',
      'aws/restriction in recovery',
    ]);
  });
});

describe('a protected identity', () => {
  it('is refused with the reason: no plan, and it can be closed by hand', () => {
    const protectedBy = { why: 'The last way in.', refused: true, quorum: null };
    const world = new World().look(rules({ protected: protectedBy }));
    expect(world.incident.plans).toEqual([]);
    expect(world.incident.concerns.join(' ')).toContain('The runbook protects this identity');
    world.say('close', 'sam', { body: { reason: 'done by hand' } });
    world.say('close', 'lee', { body: { reason: 'seen' } });
    expect(world.incident.closedAs).toBe('handledByHand');
  });
});

describe('each open step', () => {
  it('has its own party and clock, and is told once when that runs out', () => {
    const world = open().decided('cut');
    expect(show(world).steps?.[0]).toMatchObject({ party: 'identity', due: plus(START, HOUR) });
    expect(show(world).steps?.[1]?.due, 'its turn has not come').toBeNull();
    while (world.now < plus(START, HOUR + 10 * MINUTE)) world.next();
    const told = world.events.filter(({ type }) => type === 'stepOverdue');
    expect(told).toMatchObject([{ at: plus(START, HOUR), data: { step: 's1', due: plus(START, HOUR) } }]);
  });
});
