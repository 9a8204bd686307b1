// The view of an incident, in people's words. Made from the state alone.
import { isLeft } from '../follow-up/follow-up.ts';
import { approvals, BY_HAND, type Gate, partiesMissing } from '../gate/gate.ts';
import { weakeningInWords } from '../gate/weakening.ts';
import { takesTold } from '../gate/told.ts';
import { handleOf } from '../identity/identity.ts';
import type { Instant } from '../instant/instant.ts';
import type { Head } from '../record/record.ts';
import { isByHand } from '../plan/by-hand.ts';
import { planHash } from '../plan/build.ts';
import { consequencesOf } from '../plan/consequences.ts';
import { differenceInWords } from '../plan/difference.ts';
import { currentGroup } from '../plan/progress.ts';
import { dueOf } from './due.ts';
import { opensAt, stepDue } from './follow/plan.ts';
import {
  type Incident,
  openGates,
  phaseRule,
  type PlanEntry,
  planOf,
  planUnderWay,
  title,
  stateOf,
} from './incident.ts';
import { isUndoing, standsSomething, undoPlanIn } from './undoing.ts';
import { inwardAt } from './reminders.ts';
import type { FollowUpView, GateView, IncidentView, StepView } from './view.ts';
import { wanted } from './wanted.ts';
import { watchAt } from './watched-steps.ts';

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
    automatic: automaticOf(incident),
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
            person: offer.person,
            reason: offer.reason,
            since: offer.since,
            acknowledgeBy: incident.climb?.endsAt ?? offer.acknowledgeBy,
          },
    due: dueOf(incident, now),
    gates: openGates(incident).map(
      (gate): GateView => ({
        id: gate.id,
        name: gate.name,
        asks: asksOf(gate),
        plan: gate.plan,
        quorum: gate.rule.quorum,
        parties: gate.rule.parties,
        votes: gate.votes.map((vote) => ({
          person: vote.person,
          party: vote.parties.join(', '),
          verdict: vote.verdict,
          assurance: vote.assurance,
          at: vote.at,
        })),
        missing: partiesMissing(gate),
        openedAt: gate.openedAt,
        until: gate.until,
        assurance: leastProof(incident, gate),
        closesAs: gate.closesAs,
        weakens: gate.weakens,
      }),
    ),
    plans: askedPlans(incident).map((entry) => shownPlan(incident, entry)),
    undo: undoOf(incident, now),
    difference: differencesOf(incident),
    steps: approved === null ? null : stepsOf(incident),
    planHash: approved?.hash ?? null,
    waysIn: incident.discovery.found?.waysIn ?? [],
    tags: incident.discovery.found?.tags ?? [],
    consumers: incident.discovery.found?.consumers ?? [],
    access: incident.discovery.found?.access ?? null,
    activity: incident.discovery.found?.activity ?? null,
    missingPermissions: incident.preflight.said.filter(
      ({ missing, unknown }) => missing.length > 0 || unknown !== null,
    ),
    assessment: incident.assessment,
    earlier: incident.earlier ?? null,
    followUps: incident.followUps.map(
      ({ id, kind, says, documents = [], party, since, due, ended }): FollowUpView => ({
        id,
        kind,
        says,
        documents,
        party,
        title: title(incident, party),
        since,
        due,
        status: ended?.as ?? 'open',
        ticket: ended?.ticket ?? null,
        by: ended?.by ?? null,
      }),
    ),
    watch: watchOf(incident),
    accountable: accountableOf(incident),
    concerns: [
      ...(incident.discovery.trouble === null ? [] : [incident.discovery.trouble]),
      ...incident.concerns,
      ...ownerConcerns(incident),
    ],
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
        : {
            person: attestation.person,
            verdict: attestation.verdict,
            at: attestation.at,
            confirms: attestation.confirms ?? [],
          },
    checklist: incident.rules?.checklist ?? [],
    head,
    outcome: incident.outcome,
    forwardedTo: incident.forwardTo === null || incident.outcome !== 'forwarded' ? null : keyText(incident),
    closedAs: incident.closedAs,
  };
}

function automaticOf({ approved, automatic, rules, steps }: Incident): IncidentView['automatic'] {
  const { running, worn, refused, whyNot } = automatic;
  const underWay = (running?.plan.steps ?? []).map(({ id, does }) => {
    const state = steps.find((one) => one.id === id);
    return { does, status: state?.status ?? 'waiting', trouble: state?.trouble ?? null };
  });
  const on = worn.map(({ does, since, seenAt }) => ({ does, since, seenAt }));
  const asked = refused?.reason ?? (rules?.mode === 'auto' ? whyNot : null);
  const left = approved === null && worn.length === 0 ? asked : null;
  return underWay.length === 0 && on.length === 0 && left === null
    ? null
    : { underWay, on, leftToPeople: left };
}

/** Where the runbook takes what is told and this plan asks for more, that is what is asked for. */
function leastProof(incident: Incident, gate: Gate): GateView['assurance'] {
  if (takesTold(gate, planOf(incident, gate.plan))) return 'told';
  return gate.rule.assurance === 'present' ? 'present' : 'signed';
}

function watchOf(incident: Incident): IncidentView['watch'] {
  const nextAt = watchAt(incident);
  return nextAt === null ? null : { nextAt };
}

function accountableOf(incident: Incident): IncidentView['accountable'] {
  const { inward } = phaseRule(incident);
  const nextAt = incident.outcome === 'open' ? inwardAt(incident) : null;
  return inward === null || nextAt === null
    ? null
    : { party: inward.party, title: title(incident, inward.party), nextAt };
}

function ownerConcerns(incident: Incident): string[] {
  const { rules, outcome } = incident;
  if (rules === null || outcome !== 'open' || rules.owner !== null) return [];
  if (rules.claims.length > 1) {
    const who = rules.claims.map((party) => title(incident, party)).join(' and ');
    return [`${who} both count as its owner: the SOC says whose it is, with custody assess --owner.`];
  }
  return ['Nobody is known to own this identity: the SOC holds its recovery until it names one.'];
}

const shownPlan = (incident: Incident, entry: PlanEntry): IncidentView['plans'][number] => ({
  ...entry,
  consequences: consequencesOf(entry.plan, incident.discovery.found),
});

function askedPlans({ plans, undo, ...incident }: Incident): PlanEntry[] {
  const isAsked = incident.gates.some(({ name, status }) => name === 'undo' && status === 'open');
  return isAsked && undo != null ? [...plans, undo] : plans;
}

function undoOf(incident: Incident, now: Instant): IncidentView['undo'] {
  if (incident.outcome !== 'open' || isUndoing(incident) || !standsSomething(incident)) return [];
  return (['falsePositive', null] as const).map((verdict) => {
    const { plan, why } = undoPlanIn(incident, verdict, now);
    const shown = plan === null ? null : shownPlan(incident, { hash: planHash(plan), plan });
    return { verdict, shown, why };
  });
}

/** Only of a plan of the strategy that people were asked about before. */
function differencesOf({ before, plans }: Incident): IncidentView['difference'] {
  if (before === null) return null;
  const same = plans.filter(({ plan, hash }) => plan.strategy === before.strategy && hash !== before.hash);
  return Object.fromEntries(same.map(({ hash, plan }) => [hash, differenceInWords(before.does, plan)]));
}

function asksOf({ name, weakens, closesAs }: Gate): string {
  if (weakens !== null) return `May it be so that ${weakeningInWords(weakens)}?`;
  if (closesAs === null) return ASKS[name];
  return `May this incident be closed as ${closesAs === BY_HAND ? 'handled by hand' : closesAs}?`;
}

const ASKS: Record<GateView['name'], string> = {
  risk: 'Is this real, and what is to be done?',
  act: 'May this plan be carried out?',
  irreversible: 'May the old credential be deleted for good?',
  close: 'May this incident be closed?',
  pause: 'May the clocks stand for a while?',
  lower: 'May this be lowered?',
  waive: 'May this be left undone?',
  review: 'Was it right to break the glass?',
  undo: 'May what custody has put on be taken off?',
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
      title: title(incident, step.party),
      due: stepDue(incident, step),
      startBy: step.startBy ?? null,
      byHand: isByHand(step),
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
  const { offer, hold, rules, discovery } = incident;
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
      missing === '' ? `${more} more to answer: ${asksOf(gate)}` : `${missing} to answer: ${asksOf(gate)}`,
    );
  }
  const underWay = planUnderWay(incident);
  for (const step of underWay === null ? [] : (currentGroup(underWay.plan, incident.steps) ?? [])) {
    const state = stateOf(incident, step.id);
    const at = opensAt(incident, step);
    if (isByHand(step)) {
      if (state?.status === 'ordered' || state?.status === 'blocked')
        waits.push(`${title(incident, step.party)} to do it by hand: ${step.does}`);
      else if (state?.status === 'applied')
        waits.push(`${title(incident, step.checker)} to confirm it: ${step.check}`);
    } else if (state?.status === 'ordered') waits.push(`${step.executor}: ${step.does}`);
    else if (state?.status === 'applied') waits.push(`it to be seen: ${step.check}`);
    else if (state?.status === 'blocked')
      waits.push(`a person, because ${state.trouble ?? 'a step is blocked'}`);
    else if (at !== null && state?.status === 'waiting')
      waits.push(`${at}, when this may be done: ${step.does}`);
  }
  if (
    ['recovery', 'hardening'].includes(incident.phase) &&
    !isUndoing(incident) &&
    incident.attestation?.verdict !== 'works'
  ) {
    waits.push(
      `${title(incident, rules?.owner ?? phaseRule(incident).holder)} to say that the service works`,
    );
  }
  if (incident.phase === 'hardening') {
    for (const one of incident.followUps.filter(isLeft))
      waits.push(`${title(incident, one.party)} to see to ${one.id}: ${one.says}`);
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
