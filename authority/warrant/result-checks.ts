// Whether what must come before this step has been done and seen: by signatures of those who did and saw it, never by the orchestrator's word.
import { DURATION_PATTERN, durationMs, epochMs, plus, instant } from '../../domain/instant/instant.ts';
import { keyOf, isOwn } from '../../domain/identity/identity.ts';
import { isByHand } from '../../domain/plan/by-hand.ts';
import type { Step } from '../../domain/plan/plan.schema.ts';
import { bodySchemaOf } from '../body.schema.ts';
import type { Proven } from '../proof.ts';
import { inWords, SKEW_S } from '../statement.ts';
import { type Facts, proven, type WarrantCheck } from './facts.ts';
import { cuts, doubts, sightsIn, standsSince, whoSays } from './standing.ts';

const everyResult = (why: (result: Proven, facts: Facts) => string | null) => (facts: Facts) => {
  for (const result of proven(facts.results)) {
    const reason = why(result, facts);
    if (reason !== null) return reason;
  }
  return null;
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

/**
 * Each says only its own: an executor about its steps, a checker about the steps that are its to see, people about the service
 * and about the steps that their party does or confirms. A machine that is called as a party is says nothing of what people do.
 */
const resultsAreTheirOwn: WarrantCheck = {
  name: 'resultsAreTheirOwn',
  check: everyResult(({ statement, speaker }, { plan }) => {
    const stepOf = (id: unknown): Step | undefined => plan.steps.find((step) => step.id === id);
    const machineStepOf = (id: unknown): Step | undefined =>
      plan.steps.find((step) => step.id === id && !isByHand(step));
    if (statement.message === 'applied') {
      const own = speaker.role === 'executor' && machineStepOf(statement.body.step)?.executor === speaker.id;
      return own ? null : `${speaker.id} says that it applied a step that is not its own.`;
    }
    if (statement.message === 'checked') {
      const own =
        speaker.role === 'checker' &&
        sightsIn(statement).every(({ step }) => machineStepOf(step)?.checker === speaker.id);
      return own ? null : `${speaker.id} says that it saw a step that is not its to check.`;
    }
    if (speaker.role !== null) return `${speaker.id} is a machine: only people attest.`;
    if (statement.body.step === undefined) return null;
    const step = stepOf(statement.body.step);
    const own =
      step !== undefined && isByHand(step) && speaker.parties.some((party) => whoSays(step).includes(party));
    return own ? null : `${speaker.id} says of a step what is not theirs to do by hand, nor to confirm.`;
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

/** A restriction comes off only when everything that was to be cut has been seen dead. */
const containmentIsSeenBeforeLifting: WarrantCheck = {
  name: 'containmentIsSeenBeforeLifting',
  check: (facts) => {
    // An undo lifts before: what it may lift, its own checks say.
    if (facts.step.verb !== 'undo' || facts.plan.undoes !== undefined) return null;
    if (cuts(facts).length === 0) return 'The plan cuts nothing, so there is nothing to lift.';
    const unseen = cuts(facts).find((cut) => standsSince(facts, cut) === null);
    return unseen === undefined ? null : `${notSeen(unseen)}: nothing is lifted before.`;
  },
};

const notSeen = (step: Step): string =>
  isByHand(step)
    ? `One person of ${step.party} and another of ${step.checker} have not said that step ${step.id} is done`
    : `The checker ${step.checker} has not said that step ${step.id} holds`;

/**
 * What follows a replacement is an outage without it, and that it was made is not that it stands: whoever looks has seen it, or, of a
 * step by hand, has confirmed it. Only the hard deadline, which people approved, goes before that.
 */
const replacementComesFirst: WarrantCheck = {
  name: 'replacementComesFirst',
  check: (facts) => {
    const { plan, step, now } = facts;
    if (step.startBy === undefined || step.verb !== 'apply') return null;
    if (epochMs(now) >= epochMs(step.startBy) - SKEW_S * 1_000) return null;
    const missing = plan.steps
      .slice(0, plan.steps.indexOf(step))
      .find((one) => one.part === 'owner' && standsSince(facts, one) === null);
    return missing === undefined
      ? null
      : `Step ${missing.id} replaces first what step ${step.id} cuts. ${notSeen(missing)}: it is not cut before ${step.startBy}.`;
  },
};

const ownerAttestedBeforeDeletion: WarrantCheck = {
  name: 'ownerAttestedBeforeDeletion',
  check: (facts) => {
    if (facts.step.reversibility !== 'irreversible') return null;
    const owners =
      facts.policy.attest?.parties ??
      // A step by hand can be of any party that the plan says: it makes nobody the owner.
      facts.plan.steps.filter((step) => step.part === 'owner' && !isByHand(step)).map(({ party }) => party);
    const [newest] = proven(facts.results)
      .filter(
        ({ statement, speaker }) =>
          statement.message === 'attest' &&
          statement.body.step === undefined &&
          speaker.parties.some((party) => owners.includes(party)),
      )
      .filter(({ speaker }) => !isOwn(speaker, keyOf(facts.plan.identity)))
      .toSorted((a, b) => b.statement.iat - a.statement.iat || worksLast(a) - worksLast(b));
    const doubted = doubts(facts).some(
      ({ message, step, iat }) =>
        message === 'attest' && step === null && iat >= (newest?.statement.iat ?? 0),
    );
    return newest?.statement.body.verdict === 'works' && !doubted
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
    const since = cuts(facts).map((cut) => standsSince(facts, cut));
    if (since.length === 0 || since.includes(null))
      return 'Those who look have not said since when everything is cut, so the wait cannot be counted.';
    const opens = plus(instant(Math.max(...since.map(Number)) * 1_000), durationMs(after));
    return epochMs(facts.now) >= epochMs(opens)
      ? null
      : `Step ${facts.step.id} is not to be done before ${opens}.`;
  },
};

/** What must have come before, by what is proven. */
const seenChecks: readonly WarrantCheck[] = [
  replacementComesFirst,
  containmentIsSeenBeforeLifting,
  ownerAttestedBeforeDeletion,
  waitIsOver,
];

/** A result whose proof does not hold (any more) is left out; the order is refused for it only where something is missing without it. */
const resultsAreProven: WarrantCheck = {
  name: 'resultsAreProven',
  check: (facts) => {
    const bad = facts.results.find((proof) => !proof.holds);
    if (bad === undefined || bad.holds) return null;
    const missing = seenChecks.map(({ check }) => check(facts)).find((reason) => reason !== null);
    return missing === undefined
      ? null
      : `The proof of an earlier result does not hold: ${bad.reason} ${missing}`;
  },
};

export const resultChecks: readonly WarrantCheck[] = [
  resultsAreOfThisPlan,
  resultsAreWellFormed,
  resultsAreTheirOwn,
  resultsAreOfTheirTime,
  resultsAreProven,
  ...seenChecks,
];
