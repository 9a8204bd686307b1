// What happened between two looks at an incident, a line each: for a watch without a screen, and for logs. Pure.
import type { IncidentView } from '../../domain/incident/view.ts';
import { due, saidIn } from './clock.ts';
import { answers } from './answers.ts';
import { attestationLine, markOf, outcomeLine, ownerLine, pauseLine } from './incident.ts';
import { knownSays } from './known.ts';
import { MARKS, shortHash } from './plan.ts';

export function changes(before: IncidentView | null, after: IncidentView, now: Date): string[] {
  const lines: string[] = [];
  const changed = <T>(of: (view: IncidentView) => T) =>
    before === null || JSON.stringify(of(before)) !== JSON.stringify(of(after));
  if (before === null) lines.push(`${after.handle}  ${after.key}  ${after.title}${markOf(after)}`);
  else if (markOf(before) !== markOf(after)) lines.push(`now${markOf(after) || ': steps are taken'}`);
  if (changed(({ phase }) => phase)) lines.push(`phase: ${after.phase}`);
  if (after.outcome === 'open') {
    if (changed(({ hold }) => [hold.id, hold.person, hold.acknowledgedAt]))
      lines.push(`owner: ${ownerLine(after, now)}`);
    if (changed(({ offer }) => offer?.id) && after.offer !== null) {
      lines.push(`offered to ${after.offer.title}: ${after.offer.reason}`);
    }
    if (changed((view) => view.due))
      lines.push(`due: ${due(after.due.at, now)}; in silence: ${saidIn(after.due.then, now)}`);
  }
  if (before !== null && changed(({ paused }) => paused))
    lines.push(after.paused === null ? 'the clocks run again' : pauseLine(after.paused, now));
  else if (before === null && after.paused !== null) lines.push(pauseLine(after.paused, now));
  const facts = new Set(before?.facts.map(factKey));
  lines.push(...after.facts.filter((fact) => !facts.has(factKey(fact))).map(knownSays));
  lines.push(...gateChanges(before, after), ...stepChanges(before, after));
  if (changed(({ attestation }) => attestation) && after.attestation !== null) {
    lines.push(attestationLine(after.attestation, now));
  }
  const known = before?.concerns ?? [];
  lines.push(
    ...after.concerns.filter((concern) => !known.includes(concern)).map((concern) => `mind: ${concern}`),
  );
  const waited = before?.waitingFor ?? [];
  lines.push(
    ...after.waitingFor
      .filter((what) => !waited.includes(what))
      .map((what) => `waiting for: ${saidIn(what, now)}`),
  );
  const answered = new Set((before === null ? [] : answers(before)).map(({ command }) => command));
  for (const { command, says } of answers(after)) {
    if (!answered.has(command)) lines.push(`to answer (${says}): ${command}`);
  }
  if (after.outcome !== 'open' && changed(({ outcome }) => outcome)) lines.push(outcomeLine(after));
  return lines;
}

const factKey = ({ fact, value }: IncidentView['facts'][number]): string => `${fact}=${value}`;

function gateChanges(before: IncidentView | null, after: IncidentView): string[] {
  const earlier = new Map(before?.gates.map((gate) => [gate.id, gate]));
  return after.gates.flatMap((gate) => {
    const then = earlier.get(gate.id);
    const votes = gate.votes.slice(then?.votes.length ?? 0);
    return [
      ...(then === undefined
        ? [`asked: ${gate.asks} (${gate.id}${gate.plan === null ? '' : `, plan ${shortHash(gate.plan)}`})`]
        : []),
      ...votes.map(
        ({ person, party, verdict }) =>
          `${gate.id}: ${person} (${party}) ${verdict === 'approve' ? 'approves' : 'rejects'}`,
      ),
    ];
  });
}

function stepChanges(before: IncidentView | null, after: IncidentView): string[] {
  const sameplan = before?.planHash === after.planHash;
  const earlier = new Map(sameplan ? before?.steps?.map((step) => [step.id, step]) : []);
  const approved =
    !sameplan && after.planHash !== null ? [`plan ${shortHash(after.planHash)} is approved`] : [];
  const steps = (after.steps ?? []).flatMap((step) => {
    const then = earlier.get(step.id);
    const [mark, says] = MARKS[step.status];
    const moved = then === undefined ? step.status !== 'waiting' : then.status !== step.status;
    return [
      ...(moved
        ? [
            `${mark} ${step.id}. ${step.does}: ${says}${step.status === 'seen' && step.saw !== null ? ` (${step.saw})` : ''}`,
          ]
        : []),
      ...(step.trouble !== null && then?.trouble !== step.trouble ? [`! ${step.id}. ${step.trouble}`] : []),
    ];
  });
  return [...approved, ...steps];
}
