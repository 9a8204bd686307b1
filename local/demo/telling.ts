// What changed between two looks at an incident, as the demo tells it: who holds it, until when, what silence will do, and what was
// done and seen. Shorter than `custody watch`, because the commands are seen as they are typed. Pure.
import { due } from '../../cli/screen/clock.ts';
import { ownerLine } from '../../cli/screen/incident.ts';
import { shortHash } from '../../cli/screen/plan.ts';
import { stepMark } from '../../cli/screen/step.ts';
import type { IncidentView, StepView } from '../../domain/incident/view.ts';

export interface Line {
  text: string;
  /** Belongs to the line before. */
  more?: readonly string[];
}

export function telling(before: IncidentView | null, after: IncidentView, now: Date): Line[] {
  return [
    ...(before === null ? [{ text: `Incident ${after.handle}, ${after.level}: ${after.title}` }] : []),
    ...planTold(before, after),
    ...(before !== null && before.phase !== after.phase ? [{ text: `Phase: ${after.phase}` }] : []),
    ...custodyTold(before, after, now),
    ...asked(before, after),
    ...stepsTold(before, after),
  ];
}

function planTold(before: IncidentView | null, after: IncidentView): Line[] {
  const known = new Set(before?.plans.map(({ hash }) => hash));
  const approved = after.planHash !== null && before?.planHash !== after.planHash;
  return [
    ...after.plans
      .filter(({ hash }) => !known.has(hash))
      .map(({ hash, plan }) => ({
        text: `The checker has looked, read-only. Plan ${shortHash(hash)} (${plan.strategy}); nothing is done yet:`,
        more: plan.steps.map(({ id, does, party }) => `${id}  ${party}: ${does}`),
      })),
    ...(approved ? [{ text: `Plan ${shortHash(after.planHash ?? '')} is approved.` }] : []),
  ];
}

/** Every change of holder or clock, with what silence will do. */
function custodyTold(before: IncidentView | null, after: IncidentView, now: Date): Line[] {
  const same = before !== null && custodyOf(before) === custodyOf(after);
  if (same || after.outcome !== 'open') return [];
  const { offer } = after;
  return [
    {
      text: `held by  ${ownerLine(after, now)}${offer === null ? '' : `; offered to ${offer.title}`}`,
      more: [`due      ${due(after.due.at, now)}`, `silence  ${after.due.then}`],
    },
  ];
}

const custodyOf = ({ hold, offer, due: next }: IncidentView): string =>
  JSON.stringify([hold.id, hold.person, hold.acknowledgedAt, offer?.id ?? null, next]);

function asked(before: IncidentView | null, after: IncidentView): Line[] {
  const known = new Set(before?.gates.map(({ id }) => id));
  return after.gates
    .filter(({ id }) => !known.has(id))
    .map(({ asks, quorum, parties }) => ({
      text: `asked    ${asks} (${quorum} of ${parties.join(' and ')})`,
    }));
}

function stepsTold(before: IncidentView | null, after: IncidentView): Line[] {
  const then = new Map(before?.steps?.map((step) => [step.id, step]));
  const moved = (after.steps ?? []).filter(
    ({ id, status }) => status !== 'waiting' && then.get(id)?.status !== status,
  );
  const troubled = (after.steps ?? []).filter(
    ({ id, trouble }) => trouble !== null && then.get(id)?.trouble !== trouble,
  );
  return [
    ...moved
      .filter(({ status }) => status === 'seen')
      .map(({ id, saw }) => ({ text: `✓ ${id} seen by the checker, twice: ${saw ?? ''}` })),
    ...inGroups(moved.filter(({ status }) => status !== 'seen')),
    ...troubled.map(({ id, trouble }) => ({ text: `! ${id}: ${trouble ?? ''}` })),
  ];
}

function inGroups(steps: readonly StepView[]): Line[] {
  const marks = steps.map((step) => [step.id, stepMark(step).join(' ')] as const);
  return [...new Set(marks.map(([, mark]) => mark))].map((text) => {
    const [mark, ...says] = text.split(' ');
    const ids = marks.filter(([, own]) => own === text).map(([id]) => id);
    return { text: `${mark} ${ids.join(', ')} ${says.join(' ')}` };
  });
}
