// Rules whose clocks a person can wait for: real servers do not skip time. For histories that are kept, and for faults.
import type { Discovery } from '../../domain/plan/plan.schema.ts';
import type { Rules } from '../../domain/runbook/rules.ts';
import { discovery, rules } from '../domain/incident/world.ts';

/** Nobody is silent here before a test has said what it has to say. */
export const prompt: Rules = rules({
  propagationMs: 200,
  orders: { pickUpMs: 5_000, runMs: 10_000, againMs: 1_000, watchMs: 14_400_000 },
});

/** Two rungs, a fallback and a repetition within seconds. */
export const silentFor = (ms: number): Rules => {
  const { triage } = prompt.phases;
  const ladder = {
    ...triage.ladder,
    rungs: triage.ladder.rungs.map((rung, i) => ({ ...rung, afterMs: ((i + 1) * ms) / 4 })),
    repeatMs: ms,
  };
  return { ...prompt, phases: { ...prompt.phases, triage: { ...triage, acknowledgeMs: ms, ladder } } };
};

/** The last restriction comes off after a second, not after 36 hours. */
export const soonOver: Discovery = {
  ...discovery,
  proposals: {
    cut: (discovery.proposals.cut ?? []).map((one) =>
      one.after === undefined ? one : { ...one, after: '1s' },
    ),
  },
};
