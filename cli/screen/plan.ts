// A plan as people read it before they put their name to it, and its steps as they go. Pure.
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { IncidentView, StepView } from '../../domain/incident/view.ts';
import { columns, indented } from './columns.ts';
import { due, said } from './clock.ts';

/** Enough of a hash to type and to compare. */
export const shortHash = (hash: string): string => hash.slice(0, 12);

const STRATEGIES: Record<Plan['strategy'], string> = {
  cut: 'cut the access now',
  'replace-then-cut': 'replace the credential first, then cut',
  restrict: 'limit what it can do until it can be cut',
};

const REVERSIBILITIES: Record<Step['reversibility'], string> = {
  reversible: 'can be undone',
  'replace-only': 'cannot be undone, only replaced',
  irreversible: 'CANNOT BE UNDONE',
};

export const MARKS: Record<StepView['status'], [mark: string, says: string]> = {
  waiting: ['·', 'not yet'],
  ordered: ['>', 'ordered'],
  applied: ['~', 'done, not yet seen'],
  seen: ['✓', 'seen'],
  blocked: ['!', 'needs a person'],
  skipped: ['-', 'left out: nothing is cut here'],
};

/** The whole plan. `named` is the hash that the incident gives it; the hash shown is computed from the plan here. */
export function planLines(plan: Plan, named: string, now: Date): string[] {
  const hash = hashOf(plan);
  const steps = plan.steps.flatMap((step) => [
    `${step.id}. ${step.does}`,
    ...indented(
      [
        `by ${step.party} (${step.executor}), ${REVERSIBILITIES[step.reversibility]}, not after ${said(step.notAfter, now)}`,
        ...(step.after === undefined
          ? []
          : [`not before ${step.after} after the last stolen credential was seen dead`]),
        ...(step.gate === 'irreversible'
          ? ['only after a second approval, asked for when its time comes']
          : []),
        `target: ${Object.entries(step.target)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}`,
        `undo: ${step.undo}`,
        `seen by ${step.checker}: ${step.check}`,
        `permissions: ${step.permissions.join(', ')}`,
      ],
      4,
    ),
  ]);
  return [
    `Plan ${shortHash(hash)}: ${STRATEGIES[plan.strategy]}${uncut(plan)}`,
    ...indented([
      `for ${plan.identity.kind} ${plan.identity.reference}, ${plan.identity.provider} account ${plan.identity.account ?? 'unknown'}, class ${plan.class}`,
      `hash ${hash}`,
      ...(hash === named ? [] : [`THIS IS NOT THE PLAN THAT IS ASKED ABOUT: the incident names ${named}`]),
      ...steps,
    ]),
  ];
}

function uncut({ drill, mode }: Plan): string {
  if (drill) return ' (a drill: nothing is cut)';
  return mode === 'observe' ? ' (OBSERVE: nothing is cut)' : '';
}

/** The ways in that were found, and what stands in the way: facts that change by themselves, outside the hash. */
export function factLines(view: Pick<IncidentView, 'waysIn' | 'concerns'>): string[] {
  const ways = view.waysIn.map((way) => [
    way.stolen ? 'STOLEN' : '',
    way.kind,
    way.id,
    way.status,
    way.lastUsedAt === null
      ? 'never seen used'
      : `last used ${way.lastUsedAt}${way.lastUsedFor === undefined ? '' : ` for ${way.lastUsedFor}`}`,
  ]);
  return [
    ...(ways.length === 0 ? [] : ['Ways in that exist', ...indented(columns(ways))]),
    ...(view.concerns.length === 0 ? [] : ['Mind', ...indented(view.concerns)]),
  ];
}

export function stepLines(steps: readonly StepView[], now: Date): string[] {
  return steps.flatMap((step) => {
    const [mark, says] = MARKS[step.status];
    const when =
      step.seenAt !== null
        ? ` ${said(step.seenAt, now)}`
        : step.status === 'waiting' && step.opensAt !== null
          ? `, its time comes ${due(step.opensAt, now)}`
          : '';
    return [
      `${mark} ${step.id}. ${step.does} (${step.party}): ${says}${when}`,
      ...(step.saw === null ? [] : [`     saw: ${step.saw}`]),
      ...(step.trouble === null ? [] : [`     trouble: ${step.trouble}`]),
    ];
  });
}
