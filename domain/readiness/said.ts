// What one executor said of itself about one identity, beside the plans that it would act by. Pure.
import type { Untouchable } from '../provider/provider.ts';
import { absentSays, type Hand } from './hands.ts';

export interface ExecutorSaid {
  executor: string;
  /** Permissions that it lacks. */
  missing: string[];
  /** Kinds that its own policy does not let it take. */
  notTaken: string[];
  /** Whom it acts on for nobody. */
  untouchable: Untouchable[];
  /** Why it is not known what it lacks; null: it said it. */
  unknown: string | null;
}

export function saidOf(executor: string, hand: Hand, key: string): ExecutorSaid {
  const nothing = { executor, missing: [], notTaken: [], untouchable: [] };
  if (hand.state === 'absent') return { ...nothing, unknown: absentSays(executor, 'executor') };
  if (hand.state === 'notAsked')
    return { ...nothing, unknown: `${executor} was not asked what it lacks: ${hand.why}` };
  const held = hand.held.get(key);
  if (held === undefined) return { ...nothing, unknown: `${executor} said nothing about it.` };
  const { missing, notTaken, untouchable, unknown } = held;
  const says = unknown === null ? null : `${executor} could not say whether it has what it needs: ${unknown}`;
  return { executor, missing, notTaken, untouchable, unknown: says };
}
