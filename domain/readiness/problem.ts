// Why something could not be contained today: a closed set, each with what is to be done and by whom.
import type { Strategy } from '../plan/plan.schema.ts';

export const PROBLEMS = [
  /** It could not be looked at. */
  'unread',
  /** Its class only observes. */
  'observe',
  /** A policy that is to be put on is missing or altered. */
  'policy',
  /** There is no room for what is to be put on. */
  'quota',
  /** No executor or checker of the runbook covers it. */
  'nobody',
  /** A worker that the runbook names is not there. */
  'absent',
  /** An executor lacks a permission. */
  'lacking',
  /** An executor's own policy does not let it take the kind of a step. */
  'notTaken',
  /** An executor acts on it for nobody, whatever the runbook asks. */
  'refused',
  /** An executor was not asked, or could not say what it lacks. */
  'notSaid',
  /** No step would contain it. */
  'impossible',
  /** Nobody is known to own it. */
  'owner',
] as const;

export type ProblemKind = (typeof PROBLEMS)[number];

export const RUNBOOK = 'whoever writes the runbook';

/** What a problem stops: a way to contain it, what may be done without people, or what comes after it was contained. */
export type Stopped = Strategy | 'automatic' | 'afterwards';

export interface Problem {
  kind: ProblemKind;
  /** What is so, and what to do. */
  says: string;
  /** Whoever can do it, in words. */
  who: string;
  stops: Stopped[];
}

/** Of these it is not known whether anything is wrong. */
export const isDoubt = ({ kind }: Pick<Problem, 'kind'>): boolean => kind === 'unread' || kind === 'notSaid';

/** The same problem once, with all that it stops. */
export function merged(problems: readonly Problem[]): Problem[] {
  const all = new Map<string, Problem>();
  for (const one of problems) {
    const id = `${one.kind} ${one.says}`;
    const stops = [...new Set([...(all.get(id)?.stops ?? []), ...one.stops])];
    all.set(id, { ...one, stops });
  }
  return [...all.values()];
}
