// What the judge must know of an incident to say who may.
import { undoRule } from '../gate/undo-rule.ts';
import { isLeft } from '../follow-up/follow-up.ts';
import { takesTold } from '../gate/told.ts';
import { isByHand } from '../plan/by-hand.ts';
import type { Rules } from '../runbook/rules.ts';
import type { Bearings } from '../statement/judgement.ts';
import { type Incident, openGates, planOf, planUnderWay } from './incident.ts';

export function bearingsOf(incident: Incident): Bearings {
  const steps = planUnderWay(incident)?.plan.steps ?? [];
  const machines = steps.filter((step) => !isByHand(step)).flatMap((step) => [step.executor, step.checker]);
  const checker = incident.rules?.checker ?? null;
  return {
    incident: incident.id,
    firstRun: incident.firstRun,
    key: incident.key,
    identity: incident.identity,
    class: incident.rules?.class ?? null,
    level: incident.level,
    phase: incident.phase,
    drill: incident.drill,
    facts: incident.facts.map(({ fact, value }) => ({ fact, value })),
    tags: (incident.discovery.found?.tags ?? []).filter((tag) => !tag.writable),
    holder: incident.hold.party,
    offeredTo: incident.offer?.to ?? null,
    owner: incident.rules?.owner ?? null,
    parts: incident.rules === null ? [] : partsIn(incident.rules),
    breakGlass: incident.rules?.breakGlass?.parties ?? [],
    undo: incident.rules === null ? [] : undoRule(incident.rules).parties,
    gates: openGates(incident).map((gate) => ({
      id: gate.id,
      name: gate.name,
      parties: gate.rule.parties,
      ...(takesTold(gate, planOf(incident, gate.plan)) ? { told: true } : {}),
    })),
    byHand: steps
      .filter(isByHand)
      .map((step) => ({ step: step.id, parties: [...new Set([step.party, step.checker])] })),
    followUps: incident.followUps.filter(isLeft).map(({ id, party }) => ({ id, party })),
    machines: [...new Set(checker === null ? machines : [checker, ...machines])],
  };
}

/** Parties that the class gives something to do. */
export function partsIn(rules: Rules): string[] {
  const { phases, gates, byHand, executors, apart = {}, owner, breakGlass } = rules;
  const parties = [
    ...Object.values(phases).flatMap(({ holder, inward }) => [holder, inward?.party]),
    ...Object.values(gates).flatMap((gate) => gate.parties),
    ...byHand.flatMap(({ party, confirms }) => [party, confirms]),
    ...[...Object.values(executors), ...Object.values(apart)].map((executor) => executor?.party),
    ...(breakGlass?.parties ?? []),
    owner,
  ];
  return [...new Set(parties.filter((party) => party != null))];
}
