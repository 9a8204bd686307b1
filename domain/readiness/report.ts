// The readiness of a whole estate: counted by class, and each problem once with all whom it is about. Pure.
import type { Instant } from '../instant/instant.ts';
import type { Problem } from './problem.ts';
import { type Readiness, type State, STATES } from './readiness.ts';

export type Counts = Record<State, number>;

/** `there`: null where that is not known. */
export interface Worker {
  name: string;
  role: 'orchestrator' | 'notifier' | 'executor' | 'checker';
  there: boolean | null;
  /** What is so, in words; null: nothing is to be said. */
  says: string | null;
}

export interface Grouped extends Problem {
  /** KEYs. */
  identities: string[];
}

export interface Report {
  at: Instant;
  runbook: { name: string; hash: string };
  accounts: string[];
  counts: Counts;
  classes: { class: string; mode: Readiness['mode']; counts: Counts }[];
  workers: Worker[];
  /** The most widespread first. */
  problems: Grouped[];
  /** Accounts or pages that could not be listed: whoever is there is not counted above. */
  unlisted: string[];
  identities: Readiness[];
}

export function reportOf(about: Omit<Report, 'counts' | 'classes' | 'problems'>): Report {
  const { identities } = about;
  const classes = new Map<string, Readiness[]>();
  for (const one of identities) {
    if (one.class !== null) classes.set(one.class, [...(classes.get(one.class) ?? []), one]);
  }
  return {
    ...about,
    counts: countsOf(identities),
    classes: [...classes].map(([name, all]) => ({
      class: name,
      mode: all[0]?.mode ?? null,
      counts: countsOf(all),
    })),
    problems: grouped(identities),
  };
}

/** All could be contained, by everybody who must be there; nothing is unread. */
export const isReady = ({ counts, workers, unlisted }: Report): boolean =>
  counts.inPart + counts.no + counts.unknown === 0 &&
  unlisted.length === 0 &&
  workers.every(({ there }) => there === true);

const countsOf = (identities: readonly Readiness[]): Counts =>
  Object.fromEntries(
    STATES.map((state) => [state, identities.filter((one) => one.state === state).length]),
  ) as Counts;

function grouped(identities: readonly Readiness[]): Grouped[] {
  const groups = new Map<string, Grouped>();
  for (const { key, problems } of identities) {
    for (const one of problems) {
      const id = `${one.kind} ${one.says}`;
      const group = groups.get(id);
      if (group === undefined) groups.set(id, { ...one, stops: [...one.stops], identities: [key] });
      else {
        group.identities.push(key);
        group.stops = [...new Set([...group.stops, ...one.stops])];
      }
    }
  }
  return [...groups.values()].toSorted((a, b) => b.identities.length - a.identities.length);
}
