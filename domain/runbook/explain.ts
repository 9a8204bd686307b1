// Why a class was chosen: which was tried, which fact decided, and who said so. The resolver takes its choice from here, so that an
// explanation and an incident can never disagree. Pure; it guesses nothing: a fact that nobody knows is neither true nor false.
import type { Fact, Level } from '../detection/detection.schema.ts';
import { type Identity, keyOf } from '../identity/identity.ts';
import { fits } from './pattern.ts';
import type { Runbook, RunbookClass } from './runbook.schema.ts';

/** What alerts and discovery say. */
export type SaidFact = Pick<Fact, 'fact' | 'value'> & Partial<Pick<Fact, 'evidence'>>;

export interface Known {
  identity: Identity;
  facts: readonly SaidFact[];
  /** No class asks for the level yet. */
  level?: Level;
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
}

export interface OwnersRow {
  /** Place in the runbook's `owners`, from 0. */
  index: number;
  identity: string;
  party: string;
  secret: string | null;
}

export interface ClassChoice {
  /** null where no class fits, which a checked runbook rules out. */
  chosen: RunbookClass | null;
  /** In the runbook's order, up to the one that fits. */
  tried: Tried[];
  facts: KnownFacts;
  /** The first row whose pattern fits, or null: then nobody is known to own it. */
  owners: OwnersRow | null;
  /** Facts that nobody knows and that could choose an earlier class, were they known. */
  unknown: FactName[];
}

export function whyClass(runbook: Runbook, { identity, facts }: Known): ClassChoice {
  const key = keyOf(identity);
  const index = runbook.owners.findIndex((rule) => fits(rule.identity, key));
  const row = runbook.owners[index];
  const known = knownFacts(facts, row?.facts ?? {}, `the runbook, owners row ${index + 1}`);
  const tried: Tried[] = [];
  let chosen: RunbookClass | null = null;
  for (const one of runbook.classes) {
    const needs = needsOf(one, known);
    const fit = needs.every(({ holds }) => holds);
    tried.push({ class: one.name, fits: fit, needs });
    if (!fit) continue;
    chosen = one;
    break;
  }
  return {
    chosen,
    tried,
    facts: known,
    owners:
      row === undefined
        ? null
        : { index, identity: row.identity, party: row.party, secret: row.secret ?? null },
    unknown: unknownIn(tried),
  };
}

/**
 * The runbook's own word stands over any alert's, because an attacker may write what alerts read (tags).
 * Among alerts, one that says true is believed.
 */
function knownFacts(
  said: readonly SaidFact[],
  ruled: Partial<Record<FactName, boolean>>,
  rule: string,
): KnownFacts {
  const known: KnownFacts = {};
  for (const fact of new Set(said.map((one) => one.fact))) {
    const about = said.filter((one) => one.fact === fact);
    const believed = about.some((one) => one.value);
    known[fact] = {
      value: believed,
      by: 'alert',
      evidence: evidenceOf(about.filter((one) => one.value === believed)),
      overruled: evidenceOf(about.filter((one) => one.value !== believed)),
    };
  }
  for (const [name, value] of Object.entries(ruled)) {
    const fact = name as FactName;
    const before = said.filter((one) => one.fact === fact);
    known[fact] = {
      value,
      by: 'runbook',
      evidence: [rule, ...evidenceOf(before.filter((one) => one.value === value))],
      overruled: evidenceOf(before.filter((one) => one.value !== value)),
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
