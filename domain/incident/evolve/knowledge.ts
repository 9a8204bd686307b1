// What is known of the incident: alerts, rules, discovery, plans, and what was said about it.
import type { Changes } from './changes.ts';
import { strongerLevel } from '../../detection/alert.ts';
import { keyOf } from '../../identity/identity.ts';
import { plus } from '../../instant/instant.ts';
import type { Fact } from '../../detection/detection.schema.ts';
import { wornKinds } from '../../plan/automatic.ts';
import type { Discovery } from '../../plan/plan.schema.ts';
import { modeAfterwards } from '../../runbook/mode.ts';
import type { Rules } from '../../runbook/rules.ts';
import { type Incident, knownFor, phaseRule } from '../incident.ts';
import { standingIn } from '../undoing.ts';
import { NOT_WATCHED_YET } from '../watch.ts';
import { EXPOSED_KEPT, keeping, withDetections } from './alerts.ts';
import { askedAbout } from './asked-about.ts';
import { stopped } from './automatic.ts';
import { lookAgain } from './look-again.ts';
import { heard, remembering, saidKey } from './said.ts';

export const knowledgeChanges = {
  detectionJoined(next, data, at) {
    const { detections } = data;
    const { credentials } = next.detections;
    next.detections = withDetections(next.detections, detections, at);
    next.forwarding = keeping(next.forwarding, detections, next.forwardTo, next.identity);
    next.level = detections.reduce((level, one) => strongerLevel(level, one.level), next.level);
    next.facts = withFacts(
      next.facts,
      detections.flatMap((one) => one.classification),
      next.takenBack,
    );
    const exposed = detections.flatMap((one) => one.exposures ?? []);
    next.exposed = [...new Set([...next.exposed, ...exposed])].slice(0, EXPOSED_KEPT);
    // A credential that no plan knows: look again, where there is anybody who can.
    const isNew = next.detections.credentials.some((id) => !credentials.includes(id));
    return isNew && next.rules?.checker !== null ? lookAgain(next) : next;
  },

  becameReal(next) {
    return lookAgain({
      ...unplanned(next),
      drill: false,
      // In a drill one person weakens alone: it does not hold for what is real.
      lowered: null,
      takenBack: [],
      resolvedFor: null,
      followUps: next.followUps.map((one) => (one.ended?.as === 'waived' ? { ...one, ended: null } : one)),
      phase: 'triage',
      // Who took a drill has not taken this.
      hold: { ...next.hold, person: null, acknowledgedAt: null },
    });
  },

  rulesResolved(next, data) {
    const before = next.rules;
    // Two people's word stands until a newer runbook is adopted; only the runbook raises a mode.
    const lowered = next.adopting === null ? next.lowered : null;
    // Neither a fact, nor a newer runbook, nor one person turns an incident that acts into one that only observes.
    const mode = lowered ?? modeAfterwards(before?.mode ?? null, data.rules.mode);
    const rules = { ...data.rules, mode };
    const resolved = { ...next, rules, lowered, rulesNotBefore: null, adopting: null };
    resolved.resolvedFor = knownFor(resolved);
    if (rules.checker === null) {
      resolved.concerns = [
        `No checker of the runbook covers ${next.identity.provider} account ${next.identity.account ?? 'unknown'}.`,
      ];
    }
    // The clocks follow what is known, counted from the same moment.
    const same = JSON.stringify(phaseRule(next)) === JSON.stringify(phaseRule(resolved));
    const clocked = same ? resolved : withClocks(resolved);
    if (before === null || next.approved !== null) return clocked;
    if (JSON.stringify(forLook(before)) !== JSON.stringify(forLook(rules))) return lookAgain(clocked);
    const replan = JSON.stringify(forPlan(before)) !== JSON.stringify(forPlan(rules));
    return replan ? { ...clocked, discovery: { ...clocked.discovery, planned: 0 } } : clocked;
  },

  rulesFailed(next, data) {
    // A runbook that cannot be adopted is given up; without any, it is asked for until it is there.
    return next.adopting !== null && next.rules !== null
      ? { ...next, adopting: null }
      : { ...next, rulesNotBefore: data.again };
  },

  adopted(next, data, at) {
    const says = `It moves to runbook ${data.runbook.slice(0, 12)}.`;
    return heard({ ...next, adopting: data.runbook, rulesNotBefore: null }, data, says, at);
  },

  discovered(next, data) {
    const { identity } = data.found;
    return {
      ...next,
      forwardTo: identity !== null && keyOf(identity) !== next.key ? identity : next.forwardTo,
      discovery: { ...next.discovery, state: 'done', notBefore: null, trouble: null, found: data.found },
      automatic: { ...next.automatic, worn: stillWorn(next, data.found) },
      facts: withFacts(next.facts, data.found.facts as Fact[], next.takenBack),
    };
  },

  discoverFailed(next, data) {
    return {
      ...next,
      discovery: { ...next.discovery, notBefore: data.again, trouble: data.reason },
    };
  },

  plansMade(next, data) {
    const { discovery } = next;
    return {
      ...next,
      before: askedAbout(next) ?? next.before,
      plans: data.plans,
      automatic: {
        ...next.automatic,
        offered: data.automatic ?? null,
        whyNot: data.notAutomatic ?? null,
      },
      concerns: data.concerns,
      discovery: {
        ...discovery,
        planned: discovery.round,
        ways: (discovery.found?.waysIn ?? []).map((way) => way.id),
      },
      preflight: { round: discovery.round, said: [] },
    };
  },

  preflighted(next, data) {
    const said = next.preflight.said.filter((one) => one.executor !== data.executor);
    return { ...next, preflight: { ...next.preflight, said: [...said, data] } };
  },

  recalled(next, data) {
    return { ...next, earlier: data.earlier };
  },

  stageBegun(next, data) {
    const again = lookAgain(next);
    return { ...again, discovery: { ...again.discovery, stage: data.step } };
  },

  forwarded(next, data) {
    return {
      ...next,
      phase: 'closed',
      outcome: 'forwarded',
      forwardTo: data.to,
      climb: null,
      offer: null,
    };
  },

  noted(next, data, at) {
    return heard(next, data, 'Noted.', at);
  },

  refused(next, data, at) {
    const { jti, exp, code, reason, person } = data;
    if (jti === null || exp === null || person === null) return next;
    return {
      ...next,
      said: remembering(next.said, saidKey(person, jti), exp, { accepted: false, code, reason }, at),
    };
  },

  settleFailed(next, data) {
    return { ...next, concerns: [...next.concerns.slice(-9), data.reason] };
  },
} satisfies Changes;

/** What a plan rests on, beside what discovery found. */
/** What a look at the identity is asked with. */
const forLook = ({ checker, secret, consumers = [], letsGo, retireSecretDays }: Rules) => [
  checker,
  secret,
  consumers,
  letsGo ?? false,
  retireSecretDays ?? null,
];

const forPlan = ({
  class: name,
  mode,
  runbook,
  strategies,
  executors,
  validityMs,
  gates,
  ...more
}: Rules) => [
  name,
  mode,
  runbook,
  strategies,
  executors,
  validityMs,
  gates.act,
  more.apart ?? null,
  more.cutByMs,
  more.byHand,
  more.protected,
];

/**
 * What was known stays: a fact can be seen both ways, and the one that holds chooses the stricter class. What two people took back is
 * not made true again by what they knew when they did.
 */
export function withFacts(
  known: readonly Fact[],
  added: readonly Fact[],
  takenBack: readonly Fact['fact'][],
): Fact[] {
  const kept = [...known];
  const isKnown = (one: Fact) => kept.some(({ fact, value }) => fact === one.fact && value === one.value);
  for (const one of added) if (!isKnown(one) && !(one.value && takenBack.includes(one.fact))) kept.push(one);
  return kept;
}

/** What was planned, asked and approved counts for nothing any more; what was found stays, for the next plan, and what was put on. */
export const unplanned = (incident: Incident): Incident => planless(stopped(incident));

const planless = (incident: Incident): Incident => ({
  ...incident,
  automatic: { ...incident.automatic, offered: null, whyNot: null },
  putOn: standingIn(incident),
  approved: null,
  steps: [],
  sights: [],
  // Nothing was cut yet: what was seen of a replacement was of that plan.
  interruption: incident.interruption.from === null ? { from: null, until: null } : incident.interruption,
  containment: null,
  watch: { ...NOT_WATCHED_YET, round: incident.watch.round },
  attestation: null,
  plans: [],
  discovery: { ...incident.discovery, stage: null, planned: 0 },
  check: { ...incident.check, notBefore: null, saying: null, trouble: null },
});

/** The runbook's clocks replace the built-in ones, counted from the same moment. */
function withClocks(incident: Incident): Incident {
  const rule = phaseRule(incident);
  const { hold, climb, offer } = incident;
  const acknowledgeBy = hold.acknowledgedAt ?? plus(hold.from, rule.acknowledgeMs);
  // Only the first climb is the hold's own: an offer, a decline or trouble has its end from elsewhere.
  const own = climb?.reason === 'unacknowledged' && hold.acknowledgedAt === null && incident.offer === null;
  const anew = { fallback: 0, repeatAt: null, repeatFrom: null, repeatTo: null };
  const clocked = { ...incident, hold: { ...hold, acknowledgeBy, actBy: plus(hold.from, rule.actMs) } };
  if (climb === null) return clocked;
  if (own) return { ...clocked, climb: { ...climb, ...anew, endsAt: acknowledgeBy } };
  if (offer === null || climb.reason !== 'unacknowledged' || climb.startedAt !== offer.since) return clocked;
  const by = plus(offer.since, rule.acknowledgeMs);
  return { ...clocked, offer: { ...offer, acknowledgeBy: by }, climb: { ...climb, endsAt: by } };
}

/** A look after it was seen tells what is on; before that, what was just put on may not show yet. */
function stillWorn({ automatic }: Incident, found: Discovery): Incident['automatic']['worn'] {
  const kinds = wornKinds(found);
  return kinds === null || automatic.running !== null
    ? automatic.worn
    : automatic.worn.filter(({ kind }) => kinds.includes(kind));
}
