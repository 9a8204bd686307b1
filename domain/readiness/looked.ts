// What an incident about an identity would begin with, before there is one: what was found, and the plans that follow by the runbook. Pure.
import { type Identity, keyOf, workflowIdOf } from '../identity/identity.ts';
import type { Instant } from '../instant/instant.ts';
import { automaticPlan, mayActAlone } from '../plan/automatic.ts';
import { buildPlan } from '../plan/build.ts';
import type { Discovery, Plan, Strategy } from '../plan/plan.schema.ts';
import type { Rules } from '../runbook/rules.ts';
import type { Looked } from './readiness.ts';

export interface LookedAhead {
  key: string;
  found: Discovery;
  rules: Rules;
  made: { strategy: Strategy; plan: Plan | null; concerns: string[] }[];
  /** What may be done before people have decided; null: its class and silence let nothing be. */
  alone: { plan: Plan | null } | null;
}

/** `named`: as it was asked about, where nobody was found. */
export function laidAhead(
  found: Discovery,
  rules: Rules,
  { named, firstRun, now }: { named: Identity; firstRun: string; now: Instant },
): LookedAhead {
  const identity = found.identity ?? named;
  const context = { incident: workflowIdOf(identity), firstRun, drill: false, now };
  return {
    key: keyOf(identity),
    found,
    rules,
    made: rules.strategies.map((strategy) => ({
      strategy,
      ...buildPlan(found, rules, { ...context, strategy }),
    })),
    // As if an alert had come that can be read again at its source.
    alone: mayActAlone(rules) ? automaticPlan(found, rules, { finding: 'any', sources: [] }, context) : null,
  };
}

export function lookedOf({ key, found, rules, made, alone }: LookedAhead): Looked {
  return {
    key,
    rules,
    known: found.identity !== null,
    obstacles: found.obstacles ?? [],
    concerns: found.concerns,
    replaces: Object.values(found.proposals).some((steps) => steps.some(({ part }) => part === 'owner')),
    plans: [
      ...made.map(({ strategy, plan, concerns }) => ({
        way: strategy,
        proposed: (found.proposals[strategy] ?? []).length > 0,
        plan,
        concerns,
      })),
      ...(alone === null
        ? []
        : [
            {
              way: 'automatic' as const,
              proposed: (found.automatic ?? []).length > 0,
              plan: alone.plan,
              concerns: [],
            },
          ]),
    ],
  };
}
