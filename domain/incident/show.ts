// The view of an incident, in people's words. Made from the state alone.
import { approvals, partiesMissing } from '../gate/gate.ts';
import { handleOf } from '../identity/identity.ts';
import type { Instant } from '../instant/instant.ts';
import type { Head } from '../record/record.ts';
import { currentGroup } from '../plan/progress.ts';
import { dueOf } from './due.ts';
import { opensAt } from './follow/plan.ts';
import { type Incident, openGates, phaseRule, title, stateOf } from './incident.ts';
import type { GateView, IncidentView, StepView } from './view.ts';
import { wanted } from './wanted.ts';

export function viewOf(incident: Incident, head: Head, now: Instant): IncidentView {
  const { hold, offer, approved, detections, attestation } = incident;
  return {
    incident: incident.id,
    firstRun: incident.firstRun,
    handle: handleOf(incident.id),
    key: incident.key,
    identity: incident.identity,
    title: incident.title,
    phase: incident.phase,
    drill: incident.drill,
    mode: incident.rules?.mode ?? 'ask',
    paused: incident.paused === null ? null : { until: incident.paused.until },
    facts: incident.facts,
    level: incident.level,
    class: incident.rules?.class ?? 'not known yet',
    openedAt: incident.openedAt,
    hold: { ...hold, title: title(incident, hold.party) },
    offer:
      offer === null
        ? null
        : {
            id: offer.id,
            to: offer.to,
            title: title(incident, offer.to),
            reason: offer.reason,
            since: offer.since,
            acknowledgeBy: incident.climb?.endsAt ?? offer.acknowledgeBy,
          },
    due: dueOf(incident, now),
    gates: openGates(incident).map(
      (gate): GateView => ({
        id: gate.id,
        name: gate.name,
        asks: ASKS[gate.name],
        plan: gate.plan,
        quorum: gate.rule.quorum,
        parties: gate.rule.parties,
        votes: gate.votes.map((vote) => ({
          person: vote.person,
          party: vote.parties.join(', '),
          verdict: vote.verdict,
          at: vote.at,
        })),
        missing: partiesMissing(gate),
        openedAt: gate.openedAt,
        until: gate.until,
      }),
    ),
    plans: incident.plans,
    steps: approved === null ? null : stepsOf(incident),
    planHash: approved?.hash ?? null,
    waysIn: incident.discovery.found?.waysIn ?? [],
    concerns: incident.concerns,
    waitingFor: waitingFor(incident),
    detections: {
      count: detections.count,
      first: detections.first,
      last: detections.last,
      sources: detections.sources,
    },
    attestation:
      attestation === null
        ? null
        : { person: attestation.person, verdict: attestation.verdict, at: attestation.at },
    head,
    outcome: incident.outcome,
    forwardedTo: incident.forwardTo === null || incident.outcome !== 'forwarded' ? null : keyText(incident),
    closedAs: incident.closedAs,
  };
}

const ASKS: Record<GateView['name'], string> = {
  risk: 'Is this real, and what is to be done?',
  act: 'May this plan be carried out?',
  irreversible: 'May the old credential be deleted for good?',
  close: 'May this incident be closed?',
  pause: 'May the clocks stand for a while?',
};

const keyText = (incident: Incident): string => {
  const to = incident.forwardTo;
  return to === null
    ? ''
    : [to.provider, to.account ?? '-', to.kind, to.reference].map(encodeURIComponent).join('/');
};

function stepsOf(incident: Incident): StepView[] {
  return (incident.approved?.plan.steps ?? []).map((step) => {
    const state = stateOf(incident, step.id);
    return {
      id: step.id,
      does: step.does,
      party: step.party,
      reversibility: step.reversibility,
      status: state?.status ?? 'waiting',
      saw: state?.saw ?? null,
      trouble: state?.trouble ?? null,
      opensAt: opensAt(incident, step),
      seenAt: state?.seenAt ?? null,
    };
  });
}

function waitingFor(incident: Incident): string[] {
  if (incident.outcome !== 'open') return [];
  const waits: string[] = [];
  const { offer, hold, rules, discovery, approved } = incident;
  if (incident.forwardTo !== null) return [`hand-over to the incident of ${keyText(incident)}`];
  if (rules === null) waits.push('the runbook to be read');
  if (discovery.state === 'wanted') waits.push('the checker to look at the identity');
  if (offer !== null) waits.push(`${title(incident, offer.to)} to accept it`);
  else if (hold.acknowledgedAt === null) waits.push(`${title(incident, hold.party)} to acknowledge it`);
  for (const gate of openGates(incident)) {
    const missing = partiesMissing(gate)
      .map((party) => title(incident, party))
      .join(' and ');
    const more = gate.rule.quorum - approvals(gate).length;
    waits.push(
      missing === ''
        ? `${more} more to answer: ${ASKS[gate.name]}`
        : `${missing} to answer: ${ASKS[gate.name]}`,
    );
  }
  if (approved === null) return waits;
  for (const step of currentGroup(approved.plan, incident.steps) ?? []) {
    const state = stateOf(incident, step.id);
    const at = opensAt(incident, step);
    if (state?.status === 'ordered') waits.push(`${step.executor}: ${step.does}`);
    else if (state?.status === 'applied') waits.push(`it to be seen: ${step.check}`);
    else if (state?.status === 'blocked')
      waits.push(`a person, because ${state.trouble ?? 'a step is blocked'}`);
    else if (at !== null && state?.status === 'waiting')
      waits.push(`${at}, when this may be done: ${step.does}`);
  }
  if (['recovery', 'hardening'].includes(incident.phase) && incident.attestation?.verdict !== 'works') {
    waits.push(
      `${title(incident, rules?.owner ?? phaseRule(incident).holder)} to say that the service works`,
    );
  }
  return waits;
}

/** Search attributes: enums and instants only, since they stand plain on the server. */
export function searchable(
  incident: Incident,
  now: Instant,
): { phase: string; holder: string; severity: string; due: Instant; class: string } {
  return {
    phase: incident.phase,
    holder: incident.hold.party,
    severity: incident.level,
    due: wanted(incident, now).deadline ?? now,
    class: incident.rules?.class ?? 'unknown',
  };
}
