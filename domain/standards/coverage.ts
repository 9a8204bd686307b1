// Which outcomes of the frameworks a runbook's classes, gates, phases and steps have a part in: what its incidents could be evidence of.
// A dry reading of policy: it never says that an outcome was reached. That stands in records (evidence.ts).
import type { Fact } from '../detection/detection.schema.ts';
import type { EventType } from '../incident/event.ts';
import { OWNER_PARTY } from '../runbook/resolve.ts';
import type { HeldPhase } from '../runbook/rules.ts';
import type { Runbook, RunbookClass } from '../runbook/runbook.schema.ts';
import { FACT_OUTCOMES } from './facts.ts';
import { applies, FRAMEWORKS, inOrder, listed, type Outcome, type Outcomes } from './frameworks.ts';
import { GATE_OUTCOMES } from './gates.ts';
import { BY_HAND_OUTCOMES, KIND_OUTCOMES } from './kinds.ts';
import { CONTAINED, LINE_OUTCOMES, RECOVERED, TOLD_IN_RECOVERY } from './lines.ts';
import { PHASE_OUTCOMES } from './phases.ts';

export interface Covered extends Outcome {
  says: string;
  /** Where in the runbook: `gate act`, `step aws/quarantine by identity-aws`. */
  by: string[];
}

export interface ClassCoverage {
  class: string;
  mode: RunbookClass['mode'];
  covers: Covered[];
}

/** Lines that every incident has, whatever its class. */
const ALWAYS: readonly EventType[] = [
  'opened',
  'rulesResolved',
  'discovered',
  'plansMade',
  'voted',
  'offered',
  'handedOff',
  'noticeDelivered',
  'refused',
];

interface Part {
  by: string;
  outcomes: Outcomes;
}

export const coveredBy = (runbook: Runbook): ClassCoverage[] =>
  runbook.classes.map((one) => ({
    class: one.name,
    mode: one.mode,
    covers: covering(partsOf(one, runbook), {
      human: one.when.human === true,
      agent: one.when.agent === true,
    }),
  }));

/** All classes together: each outcome with the classes that have a part in it. */
export function coveredTogether(classes: readonly ClassCoverage[]): Covered[] {
  const all = new Map<string, Covered>();
  for (const { class: name, covers } of classes) {
    for (const { framework, id, says } of covers) {
      const known = all.get(`${framework} ${id}`) ?? { framework, id, says, by: [] };
      all.set(`${framework} ${id}`, { ...known, by: [...known.by, name] });
    }
  }
  return inOrder([...all.values()]);
}

function partsOf(one: RunbookClass, runbook: Runbook): Part[] {
  const facts = Object.entries(one.when).flatMap(([fact, wanted]) =>
    wanted === true
      ? [{ by: `the class asks for ${fact}`, outcomes: FACT_OUTCOMES[fact as Fact['fact']] }]
      : [],
  );
  const gates = (Object.keys(one.gates) as (keyof typeof one.gates)[]).map((name) => ({
    by: `gate ${name}`,
    outcomes: GATE_OUTCOMES[name],
  }));
  const phases = (Object.keys(one.holders) as HeldPhase[]).flatMap((phase) => [
    { by: `phase ${phase}`, outcomes: PHASE_OUTCOMES[phase] },
    { by: `ladder ${one.ladders[phase]}`, outcomes: LINE_OUTCOMES.rungTold ?? {} },
  ]);
  // Two people may agree to them in every class; what is left to do is listed, and each has an end.
  const weakening = (['pause', 'lower', 'waive', 'undo'] as const).map((name) => ({
    by: `gate ${name}`,
    outcomes: GATE_OUTCOMES[name],
  }));
  const left = [
    { by: 'follow-ups', outcomes: LINE_OUTCOMES.followUpsFound ?? {} },
    { by: 'follow-ups', outcomes: LINE_OUTCOMES.followUpDue ?? {} },
  ];
  const inward = (Object.keys(one.clocks) as HeldPhase[]).flatMap((phase) => {
    const clock = one.clocks[phase].inward;
    return clock === undefined
      ? []
      : [
          {
            by: `phase ${phase}, whose outcome ${clock.party} keeps`,
            outcomes: LINE_OUTCOMES.inwardTold ?? {},
          },
        ];
  });
  const always = ALWAYS.map((type) => ({ by: 'every incident', outcomes: LINE_OUTCOMES[type] ?? {} }));
  const told = { by: 'phase recovery', outcomes: TOLD_IN_RECOVERY };
  return [
    ...facts,
    ...phases,
    told,
    ...gates,
    ...weakening,
    ...stepsOf(one, runbook),
    ...left,
    ...inward,
    ...always,
  ];
}

/** In observe mode no step is taken, so none counts. */
function stepsOf(one: RunbookClass, runbook: Runbook): Part[] {
  if (one.mode === 'observe') return [];
  const isAlone =
    one.mode === 'auto' ||
    Object.values(one.ladders).some((name) =>
      runbook.ladders[name]?.fallback.some((fallback) => fallback.do === 'contain-reversible'),
    );
  const apart = new Set(Object.values(runbook.executors).flatMap(({ kinds = [] }) => kinds));
  const steps = Object.entries(runbook.executors).flatMap(([name, executor]) =>
    Object.entries(KIND_OUTCOMES)
      .filter(([kind, { part }]) => part === executor.part && kind.startsWith(`${executor.provider}/`))
      .filter(
        ([kind, { apart: only }]) => executor.kinds?.includes(kind) ?? (!apart.has(kind) && only !== true),
      )
      .filter(([, { withoutPeople }]) => withoutPeople !== true || isAlone)
      .flatMap(([kind, { apply, undo }]) => [
        { by: `step ${kind} by ${name}`, outcomes: apply },
        ...(undo === undefined ? [] : [{ by: `undo of ${kind} by ${name}`, outcomes: undo }]),
      ]),
  );
  const byHand = one.byHand.flatMap(({ phase, party, confirms }) => [
    { by: `by hand by ${party}, confirmed by ${confirms}`, outcomes: BY_HAND_OUTCOMES[phase] },
    { by: `confirmed by ${confirms}`, outcomes: LINE_OUTCOMES.confirmedByHand ?? {} },
  ]);
  const seen = Object.keys(runbook.checkers).flatMap((name) => [
    { by: `seen by ${name}`, outcomes: CONTAINED },
    { by: `seen by ${name}`, outcomes: LINE_OUTCOMES.checked ?? {} },
  ]);
  const attested = {
    by: `attested by ${one.holders.recovery === OWNER_PARTY ? 'the owner' : one.holders.recovery}`,
    outcomes: RECOVERED,
  };
  if (steps.length === 0) return byHand.length === 0 ? [] : [...byHand, attested];
  return [...steps, ...byHand, ...seen, attested];
}

function covering(parts: readonly Part[], about: { human: boolean; agent: boolean }): Covered[] {
  const all = new Map<string, Covered>();
  for (const { by, outcomes } of parts) {
    for (const outcome of listed(outcomes).filter((one) => applies(one, about))) {
      const name = `${outcome.framework} ${outcome.id}`;
      const known = all.get(name) ?? {
        ...outcome,
        says: FRAMEWORKS[outcome.framework].says[outcome.id] ?? '',
        by: [],
      };
      if (!known.by.includes(by)) known.by.push(by);
      all.set(name, known);
    }
  }
  return inOrder([...all.values()]);
}
