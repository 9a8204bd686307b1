// What the judge must know of an incident to say who may.
import type { Bearings } from '../statement/judgement.ts';
import { type Incident, openGates } from './incident.ts';

export function bearingsOf(incident: Incident): Bearings {
  const machines = incident.approved?.plan.steps.flatMap((step) => [step.executor, step.checker]) ?? [];
  const checker = incident.rules?.checker ?? null;
  return {
    incident: incident.id,
    firstRun: incident.firstRun,
    key: incident.key,
    holder: incident.hold.party,
    offeredTo: incident.offer?.to ?? null,
    owner: incident.rules?.owner ?? null,
    gates: openGates(incident).map((gate) => ({ id: gate.id, name: gate.name, parties: gate.rule.parties })),
    machines: [...new Set(checker === null ? machines : [checker, ...machines])],
  };
}
