// What is known of the incident: alerts, rules, discovery, plans, and what was said about it.
import type { Changes } from './changes.ts';
import { strongerLevel } from '../../detection/alert.ts';
import { keyOf } from '../../identity/identity.ts';
import { plus } from '../../instant/instant.ts';
import { type Incident, phaseRule } from '../incident.ts';
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
      approved: null,
      steps: [],
      containment: null,
      attestation: null,
      plans: [],
    });
  },

  rulesResolved(next, data) {
    const { rules } = data;
    const first = next.rules === null;
    next.rules = rules;
    next.rulesNotBefore = null;
    if (rules.checker === null) {
      next.concerns = [
        `No checker of the runbook covers ${next.identity.provider} account ${next.identity.account ?? 'unknown'}.`,
      ];
    }
    return first ? withClocks(next) : next;
  },

  rulesFailed(next, data) {
    return { ...next, rulesNotBefore: data.again };
  },

  discovered(next, data) {
    const { identity } = data.found;
    return {
      ...next,
      forwardTo: identity !== null && keyOf(identity) !== next.key ? identity : next.forwardTo,
      discovery: { ...next.discovery, state: 'done', notBefore: null, found: data.found },
      facts: [
        ...next.facts.filter((old) => !data.found.facts.some((fact) => fact.fact === old.fact)),
        ...data.found.facts,
      ] as Incident['facts'],
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

function lookAgain(incident: Incident): Incident {
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
  const acknowledgeBy = hold.acknowledgedAt ?? plus(hold.since, rule.acknowledgeMs);
  return {
    ...incident,
    hold: { ...hold, acknowledgeBy, actBy: plus(hold.since, rule.actMs) },
    climb: climb === null ? null : { ...climb, endsAt: acknowledgeBy },
  };
}
