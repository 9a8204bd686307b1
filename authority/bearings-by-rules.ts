// How an incident of these rules would stand, for forecasts: as the judge would know it, were this gate open in this phase. Pure.
import type { Level } from '../domain/detection/detection.schema.ts';
import { type Identity, keyOf, workflowIdOf } from '../domain/identity/identity.ts';
import { partsIn } from '../domain/incident/bearings.ts';
import { undoRule } from '../domain/gate/undo-rule.ts';
import type { GateName } from '../domain/plan/plan.schema.ts';
import type { HeldPhase, Rules } from '../domain/runbook/rules.ts';
import type { Bearings } from '../domain/statement/judgement.ts';

export interface WouldBe {
  identity: Identity;
  rules: Rules;
  facts: Bearings['facts'];
  level: Level;
  drill: boolean;
  phase: HeldPhase;
  /** The gates that are open, each under its own name. */
  gates: { name: GateName; parties: string[] }[];
}

export function bearingsByRules({ identity, rules, facts, level, drill, phase, gates }: WouldBe): Bearings {
  const { executors, apart = {}, checker } = rules;
  const acting = [...Object.values(executors), ...Object.values(apart)];
  const machines = [...new Set([...acting.map((executor) => executor?.name ?? null), checker])];
  return {
    incident: workflowIdOf(identity),
    firstRun: '',
    key: keyOf(identity),
    identity,
    class: rules.class,
    level,
    phase,
    drill,
    facts,
    tags: [],
    holder: rules.phases[phase].holder,
    offeredTo: null,
    owner: rules.owner,
    parts: partsIn(rules),
    breakGlass: rules.breakGlass?.parties ?? [],
    undo: undoRule(rules).parties,
    gates: gates.map((gate) => ({ id: gate.name, ...gate })),
    byHand: [],
    followUps: [],
    machines: machines.filter((name) => name !== null),
  };
}
