// What happened between two looks at an incident, a line each: for a watch without a screen, and for logs. Pure.
import type { IncidentView } from '../../domain/incident/view.ts';
import { due, said, saidIn } from './clock.ts';
import { answers } from './answers.ts';
import { automaticLines } from './automatic.ts';
import { assessmentSays, earlierSays } from './assessment.ts';
import { followUpChanges } from './follow-ups.ts';
import { attestationLine, markOf, offeredTo, outcomeLine, ownerLine, pauseLine } from './incident.ts';
import { knownSays } from './known.ts';
import { lackingSays, shortHash } from './plan.ts';
import { stepMark } from './step.ts';
import { verdictSays } from './votes.ts';

export function changes(before: IncidentView | null, after: IncidentView, now: Date): string[] {
  const lines: string[] = [];
  const changed = <T>(of: (view: IncidentView) => T) =>
    before === null || JSON.stringify(of(before)) !== JSON.stringify(of(after));
  if (before === null) lines.push(`${after.handle}  ${after.key}  ${after.title}${markOf(after)}`);
  else if (markOf(before) !== markOf(after)) lines.push(`now${markOf(after) || ': steps are taken'}`);
  if (changed(({ phase }) => phase)) lines.push(`phase: ${after.phase}`);
  if (before !== null && before.level !== after.level) lines.push(`level: ${after.level}`);
  if (before !== null && before.class !== after.class) lines.push(`class: ${after.class}`);
  if (after.earlier !== null && changed(({ earlier }) => earlier))
    lines.push(`attacked before: ${earlierSays(after.earlier, now)}`);
  if (after.assessment !== null && changed(({ assessment }) => assessment))
    lines.push(...assessed(after.assessment, now));
  if (after.outcome === 'open') {
    if (changed(({ hold }) => [hold.id, hold.person, hold.acknowledgedAt]))
      lines.push(`owner: ${ownerLine(after, now)}`);
    if (changed(({ offer }) => offer?.id) && after.offer !== null) {
      lines.push(`offered to ${offeredTo(after.offer)}: ${after.offer.reason}`);
    }
    if (changed((view) => view.due))
      lines.push(`due: ${due(after.due.at, now)}; in silence: ${saidIn(after.due.then, now)}`);
  }
  if (before !== null && changed(({ paused }) => paused))
    lines.push(after.paused === null ? 'the clocks run again' : pauseLine(after.paused, now));
  else if (before === null && after.paused !== null) lines.push(pauseLine(after.paused, now));
  const facts = new Set(before?.facts.map(factKey));
  lines.push(...after.facts.filter((fact) => !facts.has(factKey(fact))).map(knownSays));
  lines.push(
    ...news(before, after, (view) => automaticLines(view, now).map((line) => line.trim())),
    ...gateChanges(before, after, now),
    ...stepChanges(before, after, now),
  );
  lines.push(...followUpChanges(before?.followUps ?? [], after.followUps, now));
  lines.push(...news(before, after, (view) => view.consumers.map((who) => `works with it: ${who}`)));
  lines.push(...news(before, after, (view) => view.missingPermissions.flatMap(lackingSays)));
  if (changed(({ attestation }) => attestation) && after.attestation !== null) {
    lines.push(attestationLine(after.attestation, now));
  }
  lines.push(...news(before, after, (view) => view.concerns.map((concern) => `mind: ${concern}`)));
  lines.push(
    ...news(before, after, (view) => view.waitingFor.map((what) => `waiting for: ${saidIn(what, now)}`)),
  );
  const answered = new Set((before === null ? [] : answers(before)).map(({ command }) => command));
  for (const { command, says } of answers(after)) {
    if (!answered.has(command)) lines.push(`to answer (${says}): ${command}`);
  }
  if (after.outcome !== 'open' && changed(({ outcome }) => outcome)) lines.push(outcomeLine(after));
  return lines;
}

/** Lines that were not there before. */
function news(
  before: IncidentView | null,
  after: IncidentView,
  of: (view: IncidentView) => string[],
): string[] {
  const known = new Set(before === null ? [] : of(before));
  return of(after).filter((line) => !known.has(line));
}

const assessed = (assessment: NonNullable<IncidentView['assessment']>, now: Date): string[] => [
  `judged: ${assessmentSays(assessment, now)}`,
  ...(assessment.touched.length === 0 ? [] : [`touched: ${assessment.touched.join(', ')}`]),
];

const factKey = ({ fact, value }: IncidentView['facts'][number]): string => `${fact}=${value}`;

function gateChanges(before: IncidentView | null, after: IncidentView, now: Date): string[] {
  const earlier = new Map(before?.gates.map((gate) => [gate.id, gate]));
  return after.gates.flatMap((gate) => {
    const then = earlier.get(gate.id);
    const votes = gate.votes.slice(then?.votes.length ?? 0);
    return [
      ...(then === undefined
        ? [
            `asked: ${saidIn(gate.asks, now)} (${gate.id}${gate.plan === null ? '' : `, plan ${shortHash(gate.plan)}`})`,
          ]
        : []),
      ...votes.map((vote) => `${gate.id}: ${vote.person} (${vote.party}) ${verdictSays(vote)}`),
    ];
  });
}

function stepChanges(before: IncidentView | null, after: IncidentView, now: Date): string[] {
  const sameplan = before?.planHash === after.planHash;
  const earlier = new Map(sameplan ? before?.steps?.map((step) => [step.id, step]) : []);
  const approved =
    !sameplan && after.planHash !== null ? [`plan ${shortHash(after.planHash)} is approved`] : [];
  const steps = (after.steps ?? []).flatMap((step) => {
    const then = earlier.get(step.id);
    const [mark, says] = stepMark(step);
    const moved = then === undefined ? step.status !== 'waiting' : then.status !== step.status;
    return [
      ...(moved
        ? [
            `${mark} ${step.id}. ${step.does}: ${says}${step.status === 'seen' && step.saw !== null ? ` (${step.saw})` : ''}` +
              (step.status === 'ordered' && step.due !== null
                ? `, to be done by ${said(step.due, now)}`
                : ''),
          ]
        : []),
      ...(step.trouble !== null && then?.trouble !== step.trouble ? [`! ${step.id}. ${step.trouble}`] : []),
    ];
  });
  return [...approved, ...steps];
}
