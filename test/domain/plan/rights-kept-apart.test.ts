// A step whose rights are kept apart is done by the executor that the runbook names for its kind; where it names none, by people, and the
// rest of the plan stands.
import { describe, expect, it } from 'vitest';
import { isByHand } from '../../../domain/plan/by-hand.ts';
import { buildPlan } from '../../../domain/plan/build.ts';
import { planSchema, type Discovery, type Proposal } from '../../../domain/plan/plan.schema.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import { discovery, rules, RUN, START, WORKFLOW } from '../incident/world.ts';

const KIND = 'aws/role-session-cut-off';

const ending = (roleName: string): Proposal[] => {
  const step = {
    kind: KIND,
    part: 'source-of-truth' as const,
    reversibility: 'reversible' as const,
    permissions: [],
    target: { roleName },
    undo: '',
    check: '',
  };
  return [
    {
      ...step,
      verb: 'apply',
      phase: 'containment',
      does: `End sessions of ${roleName}.`,
      byHand: { does: `Revoke those of ${roleName}.`, undo: 'Take it off.', check: 'It is there.' },
    },
    { ...step, verb: 'undo', phase: 'hardening', after: '13h', does: `Let ${roleName} be.` },
  ];
};

const [web, jobs] = [ending('web'), ending('jobs')];
const found: Discovery = {
  ...discovery,
  proposals: {
    cut: [
      ...(discovery.proposals.cut ?? []).slice(0, 3),
      ...[web[0], jobs[0]].flatMap((one) => one ?? []),
      ...(discovery.proposals.cut ?? []).slice(3),
      ...[web[1], jobs[1]].flatMap((one) => one ?? []),
    ],
  },
};
const built = (under: Rules) =>
  buildPlan(found, under, {
    incident: WORKFLOW,
    firstRun: RUN,
    strategy: 'cut',
    drill: false,
    now: START,
  });

describe('an executor for its kind', () => {
  it('does it, and takes it off again', () => {
    const { plan, concerns } = built(rules({ apart: { [KIND]: { name: 'sessions', party: 'platform' } } }));
    expect(planSchema.parse(plan)).toEqual(plan);
    expect(concerns).toEqual([]);
    const its = plan?.steps.filter(({ executor }) => executor === 'sessions');
    expect(its?.map(({ verb, target }) => `${verb} ${target['roleName']}`)).toEqual([
      'apply web',
      'apply jobs',
      'undo web',
      'undo jobs',
    ]);
    expect(plan?.steps.some(isByHand)).toBe(false);
  });
});

describe('where the runbook names none', () => {
  it('people do it, somebody else confirms it, and nothing else of the plan is lost', () => {
    const { plan, concerns } = built(rules());
    expect(planSchema.parse(plan)).toEqual(plan);
    expect(concerns).toHaveLength(2);
    expect(concerns[0]).toMatch(
      /No executor of the runbook is for aws\/role-session-cut-off .* Revoke those of web/,
    );
    const phases = plan?.steps.map(({ kind, phase }) => [kind, phase]);
    expect(phases?.filter(([kind]) => kind === 'manual/step')).toEqual([
      ['manual/step', 'containment'],
      ['manual/step', 'containment'],
    ]);
    expect(plan?.steps.filter(isByHand)).toMatchObject([
      { does: 'Revoke those of web.', party: 'identity', checker: 'soc', target: { roleName: 'web' } },
      { does: 'Revoke those of jobs.', party: 'identity', checker: 'soc', target: { roleName: 'jobs' } },
    ]);
    const others = plan?.steps.filter((step) => !isByHand(step)).map(({ kind }) => kind);
    expect(others).toEqual(discovery.proposals.cut?.map(({ kind }) => kind));
    // Before anything is lifted.
    const at = (of: (step: { kind: string; verb: string }) => boolean) => plan?.steps.findIndex(of) ?? -1;
    expect(at(isByHand)).toBeLessThan(at(({ verb }) => verb === 'undo'));
  });

  it('what the executor of the part can do in its place is in its place', () => {
    const [attached, ...rest] = discovery.proposals.cut ?? [];
    if (attached === undefined) throw new Error('it is cut');
    const inline: Proposal = { ...attached, kind: 'aws/inline-quarantine', otherwise: attached };
    const under = (more: Partial<Rules>) =>
      buildPlan({ ...discovery, proposals: { cut: [inline, ...rest] } }, rules(more), {
        incident: WORKFLOW,
        firstRun: RUN,
        strategy: 'cut',
        drill: false,
        now: START,
      });
    const none = under({});
    expect(planSchema.parse(none.plan)).toEqual(none.plan);
    expect(none.concerns).toEqual([]);
    expect(none.plan?.steps[0]).toMatchObject({ kind: attached.kind, executor: 'identity-aws' });
    const own = under({ apart: { 'aws/inline-quarantine': { name: 'sessions', party: 'platform' } } });
    expect(planSchema.parse(own.plan)).toEqual(own.plan);
    expect(own.plan?.steps[0]).toMatchObject({ kind: 'aws/inline-quarantine', executor: 'sessions' });
  });

  it('and nobody has the part, there is no plan, and it is said', () => {
    const { plan, concerns } = built(rules({ executors: { ...rules().executors, 'source-of-truth': null } }));
    expect(plan).toBeNull();
    expect(concerns.join(' ')).toContain('Nobody can do this step');
  });
});
