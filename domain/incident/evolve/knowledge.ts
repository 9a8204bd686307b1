// What is known of the incident: alerts, rules, discovery, plans, and what was said about it.
import type { Changes } from './changes.ts';
import { strongerLevel } from '../../detection/alert.ts';
import { keyOf } from '../../identity/identity.ts';
import { plus } from '../../instant/instant.ts';
import type { Fact } from '../../detection/detection.schema.ts';
import type { Rules } from '../../runbook/rules.ts';
import { type Incident, knownFor, phaseRule } from '../incident.ts';
import { keeping, withDetections } from './alerts.ts';
import { heard, remembering, saidKey } from './said.ts';

export const knowledgeChanges = {
  detectionJoined(next, data, at) {
    const { detections } = data;
    const credentials = next.detections.credentials.length;
    next.detections = withDetections(next.detections, detections, at);
    next.forwarding = keeping(next.forwarding, detections, next.forwardTo, next.identity);
    next.level = detections.reduce((level, one) => strongerLevel(level, one.level), next.level);
    // A credential that no plan knows: look again, unless the cut has been approved already.
    if (next.detections.credentials.length > credentials && next.approved === null) return lookAgain(next);
    return next;
  },

  becameReal(next) {
    return lookAgain({
      ...next,
      drill: false,
      phase: 'triage',
      // Who took a drill has not taken this.
      hold: { ...next.hold, person: null, acknowledgedAt: null },
      approved: null,
      steps: [],
      containment: null,
      attestation: null,
      plans: [],
    });
  },

  rulesResolved(next, data) {
    const before = next.rules;
    // Neither a fact, nor a newer runbook, nor one person turns an incident that acts into one that only observes.
    const rules = before?.mode === 'ask' ? { ...data.rules, mode: before.mode } : data.rules;
    const resolved = { ...next, rules, rulesNotBefore: null, adopting: null };
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
    if (before.checker !== rules.checker || before.secret !== rules.secret) return lookAgain(clocked);
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
      discovery: { ...next.discovery, state: 'done', notBefore: null, found: data.found },
      facts: withFacts(next.facts, data.found.facts as Fact[]),
    };
  },

  discoverFailed(next, data) {
    return {
      ...next,
      discovery: { ...next.discovery, notBefore: data.again },
      concerns: [data.reason],
    };
  },

  plansMade(next, data) {
    return {
      ...next,
      plans: data.plans,
      concerns: data.concerns,
      discovery: { ...next.discovery, planned: next.discovery.round },
    };
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
const forPlan = ({ class: name, mode, runbook, strategies, executors, validityMs, gates }: Rules) => [
  name,
  mode,
  runbook,
  strategies,
  executors,
  validityMs,
  gates.act,
];

const FACTS_KEPT = 64;

/** What was known stays: a fact can be seen both ways, and the one that holds chooses the stricter class. */
export function withFacts(known: readonly Fact[], added: readonly Fact[]): Fact[] {
  const isKnown = (one: Fact) => known.some(({ fact, value }) => fact === one.fact && value === one.value);
  return [...known, ...added.filter((one) => !isKnown(one))].slice(0, FACTS_KEPT);
}

export function lookAgain(incident: Incident): Incident {
  return {
    ...incident,
    discovery: {
      ...incident.discovery,
      state: 'wanted',
      round: incident.discovery.round + 1,
      notBefore: null,
    },
  };
}

/** The runbook's clocks replace the built-in ones, counted from the same moment. */
function withClocks(incident: Incident): Incident {
  const rule = phaseRule(incident);
  const { hold, climb } = incident;
  const acknowledgeBy = hold.acknowledgedAt ?? plus(hold.from, rule.acknowledgeMs);
  // Only the first climb is the hold's own: an offer, a decline or trouble has its end from elsewhere.
  const own = climb?.reason === 'unacknowledged' && hold.acknowledgedAt === null && incident.offer === null;
  return {
    ...incident,
    hold: { ...hold, acknowledgeBy, actBy: plus(hold.from, rule.actMs) },
    climb: climb !== null && own ? { ...climb, endsAt: acknowledgeBy, fallback: 0, repeatAt: null } : climb,
  };
}
