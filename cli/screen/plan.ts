// A plan as people read it before they put their name to it, and what stands beside it. Pure.
import { hashOf } from '../../domain/encoding/canonical.ts';
import { isByHand } from '../../domain/plan/by-hand.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { IncidentView, StepView } from '../../domain/incident/view.ts';
import { columns, indented } from './columns.ts';
import { said } from './clock.ts';

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

export type Mark = [mark: string, says: string];

/** Of steps that machines take. */
export const MARKS: Record<StepView['status'], Mark> = {
  waiting: ['·', 'not yet'],
  ordered: ['>', 'ordered'],
  applied: ['~', 'done, not yet seen'],
  seen: ['✓', 'seen'],
  blocked: ['!', 'needs a person'],
  skipped: ['-', 'left out: nothing is cut here'],
};

/** What a hard deadline does. */
export const deadlineSays = (byHand: boolean): string =>
  `it ${byHand ? 'is asked for' : 'goes'} then, even if what comes before is not seen`;

/** The whole plan. `named` is the hash that the incident gives it; the hash shown is computed from the plan here. */
export function planLines(plan: Plan, named: string, now: Date): string[] {
  const hash = hashOf(plan);
  const steps = plan.steps.flatMap((step) => [
    `${step.id}. ${step.does}`,
    ...indented(
      [
        `by ${step.party} (${isByHand(step) ? 'by hand' : step.executor}), ${takenBack(step)}, not after ${said(step.notAfter, now)}`,
        ...(step.startBy === undefined
          ? []
          : [`at the latest ${said(step.startBy, now)}: ${deadlineSays(isByHand(step))}`]),
        ...(step.after === undefined
          ? []
          : [`not before ${step.after} after the last stolen credential was seen dead`]),
        ...(step.gate === 'irreversible'
          ? ['only after a second approval, asked for when its time comes']
          : []),
        ...targetLines(step),
        `undo: ${step.undo}`,
        `${isByHand(step) ? 'confirmed by another person, of' : 'seen by'} ${step.checker}: ${step.check}`,
        ...(step.permissions.length === 0 ? [] : [`permissions: ${step.permissions.join(', ')}`]),
      ],
      4,
    ),
  ]);
  return [
    `Plan ${shortHash(hash)}: ${plan.undoes === undefined ? STRATEGIES[plan.strategy] : undoSays(plan.undoes)}${uncut(plan)}`,
    ...indented([
      `for ${plan.identity.kind} ${plan.identity.reference}, ${plan.identity.provider} account ${plan.identity.account ?? 'unknown'}, class ${plan.class}`,
      `hash ${hash}`,
      ...(hash === named ? [] : [`THIS IS NOT THE PLAN THAT IS ASKED ABOUT: the incident names ${named}`]),
      ...steps,
    ]),
  ];
}

const takenBack = ({ gate, verb, reversibility }: Step): string =>
  gate === 'undo' && verb === 'undo' ? 'takes back what was put on' : REVERSIBILITIES[reversibility];

const undoSays = ({ verdict }: NonNullable<Plan['undoes']>): string =>
  verdict === null
    ? 'UNDO what was put on, not cleared: its sessions stay dead'
    : `UNDO all that was put on: cleared (${verdict})`;

function targetLines({ target }: Step): string[] {
  const parts = Object.entries(target).map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? [] : [`target: ${parts.join(', ')}`];
}

function uncut({ drill, mode }: Plan): string {
  if (drill) return ' (a drill: nothing is cut)';
  return mode === 'observe' ? ' (OBSERVE: nothing is cut)' : '';
}

/** The ways in that were found, who works with it, and what stands in the way: facts that change by themselves, outside the hash. */
export function factLines(
  view: Pick<IncidentView, 'waysIn' | 'concerns' | 'consumers' | 'missingPermissions'>,
): string[] {
  const lacking = view.missingPermissions.flatMap(lackingSays);
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
    ...(view.consumers.length === 0 ? [] : ['Who works with it', ...indented(view.consumers)]),
    ...(lacking.length === 0 ? [] : ['Permissions', ...indented(lacking)]),
    ...(view.concerns.length === 0 ? [] : ['Mind', ...indented(view.concerns)]),
  ];
}

/** What one worker said of its permissions; nothing where it has them all. */
export const lackingSays = ({
  executor,
  missing,
  unknown,
}: IncidentView['missingPermissions'][number]): string[] => [
  ...(missing.length === 0 ? [] : [`${executor} lacks ${missing.join(', ')}`]),
  ...(unknown === null ? [] : [`${executor} could not say whether it has them: ${unknown}`]),
];
