// Whether what must come before this step has been done and seen: by signatures of those who did and saw it, never by the orchestrator's word.
import { DURATION_PATTERN, durationMs, epochMs, plus, instant } from '../../domain/instant/instant.ts';
import { keyOf } from '../../domain/identity/identity.ts';
import type { Step } from '../../domain/plan/plan.schema.ts';
import type { Statement } from '../../domain/statement/statement.schema.ts';
import { bodySchemaOf } from '../body.schema.ts';
import type { Proven } from '../proof.ts';
import { inWords, SKEW_S } from '../statement.ts';
import { type Facts, proven, type WarrantCheck } from './facts.ts';

const everyResult = (why: (result: Proven, facts: Facts) => string | null) => (facts: Facts) => {
  for (const result of proven(facts.results)) {
    const reason = why(result, facts);
    if (reason !== null) return reason;
  }
  return null;
};

const resultsAreProven: WarrantCheck = {
  name: 'resultsAreProven',
  check: ({ results }) => {
    const bad = results.find((proof) => !proof.holds);
    return bad === undefined || bad.holds
      ? null
      : `The proof of an earlier result does not hold: ${bad.reason}`;
  },
};

const resultsAreOfThisPlan: WarrantCheck = {
  name: 'resultsAreOfThisPlan',
  check: everyResult(({ statement }, { order, hash }) =>
    statement.incident === order.incident && statement.firstRun === order.firstRun && statement.plan === hash
      ? null
      : `A result of ${statement.person} is about another incident or plan.`,
  ),
};

const resultsAreWellFormed: WarrantCheck = {
  name: 'resultsAreWellFormed',
  check: everyResult(({ statement }) => {
    const body = ['applied', 'checked', 'attest'].includes(statement.message)
      ? bodySchemaOf(statement.message)
      : undefined;
    if (body === undefined) return `"${statement.message}" is not a result of a step.`;
    const fits = body.safeParse(statement.body);
    return fits.success
      ? null
      : `A result of ${statement.person} is not of the right shape: ${inWords(fits.error)}.`;
  }),
};

/** Each says only its own: an executor about its steps, a checker about the steps that are its to see, people about the service. */
const resultsAreTheirOwn: WarrantCheck = {
  name: 'resultsAreTheirOwn',
  check: everyResult(({ statement, speaker }, { plan }) => {
    const stepOf = (id: unknown): Step | undefined => plan.steps.find((step) => step.id === id);
    if (statement.message === 'applied') {
      const own = speaker.role === 'executor' && stepOf(statement.body.step)?.executor === speaker.id;
      return own ? null : `${speaker.id} says that it applied a step that is not its own.`;
    }
    if (statement.message === 'checked') {
      const own =
        speaker.role === 'checker' &&
        sightsIn(statement).every(({ step }) => stepOf(step)?.checker === speaker.id);
      return own ? null : `${speaker.id} says that it saw a step that is not its to check.`;
    }
    return speaker.role === null ? null : `${speaker.id} is a machine: only people attest.`;
  }),
};

const resultsAreOfTheirTime: WarrantCheck = {
  name: 'resultsAreOfTheirTime',
  check: everyResult(({ statement }, { plan, now }) => {
    const madeMs = statement.iat * 1_000;
    const inTime = madeMs <= epochMs(now) + SKEW_S * 1_000 && madeMs >= epochMs(plan.madeAt) - SKEW_S * 1_000;
    return inTime ? null : `A result of ${statement.person} is from before the plan or from the future.`;
  }),
};

type Sight = { step: string; holds: boolean };

const sightsIn = ({ message, body }: Statement): Sight[] =>
  message === 'checked' ? (body.steps as Sight[]) : [];

/** Since when the checker has seen the step stand, by what is given here; null: the newest sight does not say so, or there is none. */
function standsSince(facts: Facts, step: string): number | null {
  const sights = proven(facts.results)
    .toSorted((a, b) => a.statement.iat - b.statement.iat)
    .flatMap(({ statement }) =>
      sightsIn(statement)
        .filter((sight) => sight.step === step)
        .map((sight) => ({ ...sight, iat: statement.iat })),
    );
  let since: number | null = null;
  for (const { holds, iat } of sights) since = holds ? (since ?? iat) : null;
  return since;
}

const cuts = (facts: Facts): Step[] =>
  facts.plan.steps.filter(({ phase, verb }) => phase === 'containment' && verb === 'apply');

/** A restriction comes off only when everything that was to be cut has been seen dead. */
const containmentIsSeenBeforeLifting: WarrantCheck = {
  name: 'containmentIsSeenBeforeLifting',
  check: (facts) => {
    if (facts.step.verb !== 'undo') return null;
    if (cuts(facts).length === 0) return 'The plan cuts nothing, so there is nothing to lift.';
    const unseen = cuts(facts).find(({ id }) => standsSince(facts, id) === null);
    return unseen === undefined
      ? null
      : `The checker ${unseen.checker} has not said that step ${unseen.id} holds: nothing is lifted before.`;
  },
};

const ownerAttestedBeforeDeletion: WarrantCheck = {
  name: 'ownerAttestedBeforeDeletion',
  check: (facts) => {
    if (facts.step.reversibility !== 'irreversible') return null;
    const owners =
      facts.policy.attest?.parties ??
      facts.plan.steps.filter(({ part }) => part === 'owner').map(({ party }) => party);
    const [newest] = proven(facts.results)
      .filter(
        ({ statement, speaker }) =>
          statement.message === 'attest' && speaker.parties.some((party) => owners.includes(party)),
      )
      .filter(({ speaker }) => !speaker.identities.includes(keyOf(facts.plan.identity)))
      .toSorted((a, b) => b.statement.iat - a.statement.iat || worksLast(a) - worksLast(b));
    return newest?.statement.body.verdict === 'works'
      ? null
      : `Nobody of ${[...new Set(owners)].join(' or ') || 'the owner'} has attested, as their last word, that the service works: nothing is deleted before.`;
  },
};

/** Of two words in one second, "broken" is heard. */
const worksLast = ({ statement }: Proven): number => (statement.body.verdict === 'works' ? 1 : 0);

const waitIsOver: WarrantCheck = {
  name: 'waitIsOver',
  check: (facts) => {
    const { after } = facts.step;
    if (after === undefined) return null;
    if (!DURATION_PATTERN.test(after)) return `"${after}" is not a duration such as 36h.`;
    const since = cuts(facts).map(({ id }) => standsSince(facts, id));
    if (since.length === 0 || since.includes(null))
      return 'The checker has not said since when everything is cut, so the wait cannot be counted.';
    const opens = plus(instant(Math.max(...since.map(Number)) * 1_000), durationMs(after));
    return epochMs(facts.now) >= epochMs(opens)
      ? null
      : `Step ${facts.step.id} is not to be done before ${opens}.`;
  },
};

export const resultChecks: readonly WarrantCheck[] = [
  resultsAreProven,
  resultsAreOfThisPlan,
  resultsAreWellFormed,
  resultsAreTheirOwn,
  resultsAreOfTheirTime,
  containmentIsSeenBeforeLifting,
  ownerAttestedBeforeDeletion,
  waitIsOver,
];
