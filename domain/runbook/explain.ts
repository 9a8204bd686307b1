// Why a class was chosen: which was tried, which fact decided, and who said so. The resolver takes its choice from here, so that an
// explanation and an incident can never disagree. Pure; it guesses nothing: a fact that nobody knows is neither true nor false.
import type { Fact, Level } from '../detection/detection.schema.ts';
import { type Identity, keyOf } from '../identity/identity.ts';
import type { Discovery } from '../plan/plan.schema.ts';
import { type OwnersRow, ownersRows } from './owners.ts';
import type { Runbook, RunbookClass } from './runbook.schema.ts';
import type { Suspects } from './suspects.ts';

/** What alerts and discovery say. */
export type SaidFact = Pick<Fact, 'fact' | 'value'> & Partial<Pick<Fact, 'evidence'>>;

export interface Known {
  identity: Identity;
  facts: readonly SaidFact[];
  /** No class asks for the level yet. */
  level?: Level;
  /** Of the identity, as discovery read them. */
  tags?: Discovery['tags'];
  /** A party named by the SOC. */
  owner?: string | null;
  /** Whose own the identity is. */
  suspects?: Suspects;
}

export type FactName = Fact['fact'];

export interface KnownFact {
  value: boolean;
  /** Who had the last word: the runbook's owners row, or what alerts and discovery say. */
  by: 'runbook' | 'alert';
  /** Where it was read: all that say so. */
  evidence: string[];
  /** Evidence of what was said and does not count, because another word stands over it. */
  overruled: string[];
}

export type KnownFacts = Partial<Record<FactName, KnownFact>>;

/** One fact that a class asks for. `is`: null where nobody knows it. */
export interface Needed {
  fact: FactName;
  wanted: boolean;
  is: boolean | null;
  holds: boolean;
}

export interface Tried {
  class: string;
  fits: boolean;
  needs: Needed[];
  /** The only plane that it is for; left out: any. */
  provider?: string;
}

export interface ClassChoice {
  /** null where no class fits, which a checked runbook rules out. */
  chosen: RunbookClass | null;
  /** In the runbook's order, up to the one that fits. */
  tried: Tried[];
  facts: KnownFacts;
  /** The first row whose pattern fits, then the first whose tag does; none: nobody is known to own it. */
  owners: OwnersRow[];
  /** Facts that nobody knows and that could choose an earlier class, were they known. */
  unknown: FactName[];
}

export function whyClass(runbook: Runbook, { identity, facts, tags }: Known): ClassChoice {
  const owners = ownersRows(runbook, keyOf(identity), tags ?? []);
  const known = knownFacts(facts, ruledBy(owners, runbook));
  const tried: Tried[] = [];
  let chosen: RunbookClass | null = null;
  for (const one of runbook.classes) {
    const needs = needsOf(one, known);
    const isOfPlane = one.provider === undefined || one.provider === identity.provider;
    const fit = isOfPlane && needs.every(({ holds }) => holds);
    const { provider } = one;
    tried.push({ class: one.name, fits: fit, needs, ...(provider === undefined ? {} : { provider }) });
    if (!fit) continue;
    chosen = one;
    break;
  }
  return {
    chosen,
    tried,
    facts: known,
    owners,
    // A class for another plane is out whatever is found.
    unknown: unknownIn(tried.filter(({ provider = identity.provider }) => provider === identity.provider)),
  };
}

/** A fact that the runbook says itself. */
type Ruled = Pick<KnownFact, 'value'> & { fact: FactName; evidence: string };

const ruledBy = (owners: readonly OwnersRow[], runbook: Runbook): Ruled[] =>
  owners.flatMap(({ index }) =>
    Object.entries(runbook.owners[index]?.facts ?? {}).map(([fact, value]) => ({
      fact: fact as FactName,
      value,
      evidence: `the runbook, owners row ${index + 1}`,
    })),
  );

/**
 * The runbook's own word stands over any alert's, because an attacker may write what alerts read (tags); where two rows differ, the
 * first of `ruled` has it. Among alerts, one that says true is believed.
 */
function knownFacts(said: readonly SaidFact[], ruled: readonly Ruled[]): KnownFacts {
  const known: KnownFacts = {};
  for (const fact of new Set([...said, ...ruled].map((one) => one.fact))) {
    const about = said.filter((one) => one.fact === fact);
    const word = ruled.find((one) => one.fact === fact);
    const value = word?.value ?? about.some((one) => one.value);
    const all = [...ruled.filter((one) => one.fact === fact), ...about];
    known[fact] = {
      value,
      by: word === undefined ? 'alert' : 'runbook',
      evidence: evidenceOf(all.filter((one) => one.value === value)),
      overruled: evidenceOf(all.filter((one) => one.value !== value)),
    };
  }
  return known;
}

const evidenceOf = (facts: readonly SaidFact[]): string[] => [
  ...new Set(facts.map(({ evidence }) => evidence ?? 'not said where')),
];

/** A class that needs a fact which is not known does not fit. */
function needsOf(one: RunbookClass, known: KnownFacts): Needed[] {
  return Object.entries(one.when).map(([name, wanted]) => {
    const fact = name as FactName;
    const is = known[fact]?.value ?? null;
    return { fact, wanted, is, holds: is === wanted };
  });
}

/** Where a fact is known and wrong, the class is out whatever else is found: what it also asks for decides nothing. */
function unknownIn(tried: readonly Tried[]): FactName[] {
  const open = tried.filter(({ needs }) => needs.every(({ holds, is }) => holds || is === null));
  return [
    ...new Set(open.flatMap(({ needs }) => needs.filter(({ is }) => is === null).map(({ fact }) => fact))),
  ];
}
