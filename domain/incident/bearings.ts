// What the judge must know of an incident to say who may.
import { isLeft } from '../follow-up/follow-up.ts';
import { isByHand } from '../plan/by-hand.ts';
import type { Bearings } from '../statement/judgement.ts';
import { type Incident, openGates } from './incident.ts';

export function bearingsOf(incident: Incident): Bearings {
  const steps = incident.approved?.plan.steps ?? [];
  const machines = steps.filter((step) => !isByHand(step)).flatMap((step) => [step.executor, step.checker]);
  const checker = incident.rules?.checker ?? null;
  return {
    incident: incident.id,
    firstRun: incident.firstRun,
    key: incident.key,
    holder: incident.hold.party,
    offeredTo: incident.offer?.to ?? null,
    owner: incident.rules?.owner ?? null,
    gates: openGates(incident).map((gate) => ({ id: gate.id, name: gate.name, parties: gate.rule.parties })),
    byHand: steps
      .filter(isByHand)
      .map((step) => ({ step: step.id, parties: [...new Set([step.party, step.checker])] })),
    followUps: incident.followUps.filter(isLeft).map(({ id, party }) => ({ id, party })),
    machines: [...new Set(checker === null ? machines : [checker, ...machines])],
  };
}
