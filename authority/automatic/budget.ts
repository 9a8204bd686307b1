// How many identities of an account may be cut without people at a time: the own share, by the own ledger, and the whole account, by
// those who wear the automatic quarantine now. What is kept for privileged identities, a flood about others cannot use up. Pure.
import { keyOf, isOfOne } from '../../domain/identity/identity.ts';
import { epochMs, type Instant } from '../../domain/instant/instant.ts';
import { type Act, mayHaveActed } from '../ledger/act.ts';
import type { AutomaticFacts } from './seen.ts';

/** So long after an act the account's own list may not show it yet. */
const SETTLES_MS = 15 * 60_000;

type Counted = Pick<AutomaticFacts, 'acts' | 'wearers' | 'quarantine' | 'now'>;

const normal = (key: string): string => key.toLowerCase();

/** KEYs that this executor has cut by itself: as the account shows, or too lately for it to show. */
export function ownWearers({ acts, wearers, quarantine, now }: Counted): Set<string> {
  const last = new Map<string, Act>();
  const ever = new Set<string>();
  for (const act of acts) {
    if (act.kind !== quarantine || !mayHaveActed(act)) continue;
    last.set(normal(act.key), act);
    if (act.verb === 'apply' && act.finding !== null) ever.add(normal(act.key));
  }
  const worn = new Set(wearers.map(normal));
  const isLate = (at: Instant) => epochMs(now) - epochMs(at) < SETTLES_MS;
  const stands = (key: string) => {
    const act = last.get(key);
    return worn.has(key) || (act !== undefined && act.verb === 'apply' && isLate(act.at));
  };
  return new Set([...ever].filter(stands));
}

/** Wearers of which the own ledger knows nothing: another executor's, or somebody else's. */
export function strangers(counted: Counted): string[] {
  const own = ownWearers(counted);
  return counted.wearers.filter((key) => !own.has(normal(key)));
}

type Asking = Counted & Pick<AutomaticFacts, 'order' | 'policy'>;

/** Also for an identity for which some of it is kept. */
export const isSpent = (asking: Asking): boolean => whyNone(asking, true) !== null;

export const whyNoBudget = (facts: AutomaticFacts): string | null =>
  whyNone(
    facts,
    facts.discovery.facts.some(({ fact, value }) => fact === 'privileged' && value),
  );

function whyNone(facts: Asking, privileged: boolean): string | null {
  const { order, policy, wearers } = facts;
  const key = normal(keyOf(order.plan.identity));
  const own = ownWearers(facts);
  const all = new Set([...own, ...wearers.map(normal)]);
  // It is counted already: to put it on again costs nothing.
  if (all.has(key)) return null;
  const kept = privileged ? 0 : (policy.reserve?.privileged ?? 0);
  const left = (of: number, used: number) => of - kept - used;
  const unknown = strangers(facts);
  const who =
    unknown.length === 0
      ? ''
      : ` Not cut by this executor, as far as it knows: ${unknown.slice(0, 10).join(', ')}.`;
  if (left(policy.share, own.size) <= 0)
    return `This executor's share of ${policy.share}${keptInWords(kept)} is used up: ${own.size} that it cut by itself wear ${facts.quarantine}.`;
  return left(policy.perAccount, all.size) > 0
    ? null
    : `The account's budget of ${policy.perAccount}${keptInWords(kept)} is used up: ${all.size} identities wear ${facts.quarantine}.${who}`;
}

const keptInWords = (kept: number): string =>
  kept === 0 ? '' : ` (${kept} of it kept for privileged identities)`;

export const isWearing = (key: string, wearers: readonly string[]): boolean =>
  wearers.some((one) => isOfOne(one, key));
