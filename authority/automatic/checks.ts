// Whether an executor may act before anybody has decided: only on what it has read itself, at its source. The first check that fails
// refuses, and people are asked. What cannot be told is never taken for yes.
import { keyOf } from '../../domain/identity/identity.ts';
import { durationMs, epochMs } from '../../domain/instant/instant.ts';
import { mayHaveActed } from '../ledger/act.ts';
import { SKEW_S } from '../statement.ts';
import { isWearing, whyNoBudget } from './budget.ts';
import type { AutomaticCheck, AutomaticFacts } from './seen.ts';

const findingExists: AutomaticCheck = {
  name: 'findingExists',
  check: ({ finding, order }) =>
    finding !== null && finding.id === order.finding?.id
      ? null
      : 'Its source does not know this finding: no detector of the own policy has it.',
};

/** Of a finding that is there; the check before this one has refused any other. */
const ofTheFinding =
  (why: (finding: NonNullable<AutomaticFacts['finding']>, facts: AutomaticFacts) => string | null) =>
  (facts: AutomaticFacts): string | null =>
    facts.finding === null ? 'There is no finding.' : why(facts.finding, facts);

const findingIsTheSources: AutomaticCheck = {
  name: 'findingIsTheSources',
  check: ofTheFinding(({ ownRule }) =>
    ownRule === null
      ? null
      : `The finding was made by ${ownRule}: whoever may write that could have had it made.`,
  ),
};

const findingIsNoSample: AutomaticCheck = {
  name: 'findingIsNoSample',
  check: ofTheFinding(({ sample }) => (sample ? 'The finding is a sample: it never cuts.' : null)),
};

const findingIsNotArchived: AutomaticCheck = {
  name: 'findingIsNotArchived',
  check: ofTheFinding(({ archived }) =>
    archived ? 'The finding is archived: somebody has already dealt with it.' : null,
  ),
};

const findingNamesThisIdentity: AutomaticCheck = {
  name: 'findingNamesThisIdentity',
  check: ofTheFinding(({ account, identity }, { order }) => {
    const key = keyOf(order.plan.identity);
    const named =
      identity === null ? null : keyOf({ provider: order.plan.identity.provider, account, ...identity });
    return named === key
      ? null
      : `The finding is about ${named ?? 'no identity that is cut'}, not about ${key}.`;
  }),
};

/** A name can be given anew; a key belongs to the one user that it was made for. */
const findingNamesItsCredential: AutomaticCheck = {
  name: 'findingNamesItsCredential',
  check: ofTheFinding(({ credential }, { discovery, order }) =>
    credential !== null && discovery.waysIn.some(({ kind, id }) => kind === 'access-key' && id === credential)
      ? null
      : `The finding names ${credential ?? 'no credential'}, which is no long-lived key that ${keyOf(order.plan.identity)} has now.`,
  ),
};

const findingIsSevereEnough: AutomaticCheck = {
  name: 'findingIsSevereEnough',
  check: ofTheFinding(({ severity }, { policy }) =>
    severity >= policy.findings.severity
      ? null
      : `The finding's severity is ${severity}; the own policy asks for ${policy.findings.severity}.`,
  ),
};

const findingIsOfItsTime: AutomaticCheck = {
  name: 'findingIsOfItsTime',
  check: ofTheFinding(({ seenAt }, { policy, now }) => {
    if (seenAt === null) return 'The finding does not say when it was last seen.';
    const ageMs = epochMs(now) - epochMs(seenAt);
    if (ageMs < -SKEW_S * 1_000) return 'The finding is from the future: one of the clocks is wrong.';
    return ageMs <= durationMs(policy.findings.maxAge)
      ? null
      : `The finding was last seen at ${seenAt}, longer ago than the own policy's ${policy.findings.maxAge}.`;
  }),
};

/** One finding is good for one plan: what people have taken off since is not put on again by it. */
const findingIsNotUsedUp: AutomaticCheck = {
  name: 'findingIsNotUsedUp',
  check: ofTheFinding(({ id }, { acts, hash }) => {
    const before = acts.find((act) => act.finding === id && act.plan !== hash && mayHaveActed(act));
    return before === undefined
      ? null
      : `By this finding it has acted before, at ${before.at}, on plan ${before.plan.slice(0, 12)}….`;
  }),
};

const identityIsThere: AutomaticCheck = {
  name: 'identityIsThere',
  check: ({ discovery, order }) =>
    discovery.identity !== null && keyOf(discovery.identity) === keyOf(order.plan.identity)
      ? null
      : `This executor's own look does not find ${keyOf(order.plan.identity)}.`,
};

/** By its own reading, not by the class that the plan claims. */
const classIsAsRead: AutomaticCheck = {
  name: 'classIsAsRead',
  check: ({ policy, order, discovery }) => {
    const { class: name } = order.plan;
    const own = policy.classes.find((one) => one.name === name);
    if (own === undefined) return `The own policy does not let the class ${name} be cut without people.`;
    const isSo = (fact: string, value: boolean) =>
      discovery.facts.some((one) => one.fact === fact && one.value === value);
    const missing = Object.entries(own.when).find(([fact, value]) => !isSo(fact, value));
    if (missing !== undefined)
      return `By its own reading it is not of the class ${name}: that ${missing[0]} is ${missing[1]} is not seen.`;
    const against = own.unless.find((fact) => discovery.facts.some((one) => one.fact === fact && one.value));
    return against === undefined ? null : `By its own reading it is ${against}: people decide about those.`;
  },
};

/** What is counted goes on first, or whatever else is put on would not be counted. */
const quarantineComesFirst: AutomaticCheck = {
  name: 'quarantineComesFirst',
  check: ({ step, quarantine, order, wearers }) =>
    step.kind === quarantine || isWearing(keyOf(order.plan.identity), wearers)
      ? null
      : `${step.kind} is put on without people only where ${quarantine} is worn already.`,
};

const budgetIsLeft: AutomaticCheck = { name: 'budgetIsLeft', check: whyNoBudget };

export const automaticChecks: readonly AutomaticCheck[] = [
  findingExists,
  findingIsTheSources,
  findingIsNoSample,
  findingIsNotArchived,
  findingNamesThisIdentity,
  findingIsSevereEnough,
  findingIsOfItsTime,
  findingIsNotUsedUp,
  budgetIsLeft,
  identityIsThere,
  findingNamesItsCredential,
  classIsAsRead,
  quarantineComesFirst,
];

/** First refusal wins; null where people need not be waited for. */
export function whyAskPeople(facts: AutomaticFacts): { check: string; reason: string } | null {
  for (const { name, check } of automaticChecks) {
    const reason = check(facts);
    if (reason !== null) return { check: name, reason };
  }
  return null;
}
