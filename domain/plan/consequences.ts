// What a plan would mean for the thief and for the service, in plain words: shown beside the plan, outside its hash. Pure.
import type { Discovery, Plan, Step } from './plan.schema.ts';
import { isByHand } from './by-hand.ts';
import { undoConsequences } from './undo-plan.ts';

export function consequencesOf(plan: Plan, found: Discovery | null): string[] {
  const { steps, strategy } = plan;
  if (plan.undoes !== undefined) return undoConsequences(plan.undoes);
  const says: string[] = [];
  const deadline = steps.find((step) => step.startBy !== undefined)?.startBy;
  const replaces = steps.some(
    (step) => step.part === 'owner' && step.phase === 'recovery' && !isByHand(step),
  );
  if (strategy === 'cut') {
    says.push('The thief is stopped first: everything that uses this identity fails from then on.');
    says.push(
      replaces
        ? 'The service works again when it has the new credential.'
        : livesBySessions(plan)
          ? 'Nothing has to be replaced: the service works again by new sessions, once the deny is lifted.'
          : 'Custody makes no replacement here: its owner has to bring the service back.',
    );
  } else {
    says.push(
      strategy === 'restrict'
        ? 'What is dangerous is denied first; whatever else the thief can do goes on until the cut.'
        : 'The thief can go on until the cut.',
    );
    says.push(
      livesBySessions(plan)
        ? 'The service goes on with what is not denied, but for some minutes at the cut, and must fetch new sessions then.'
        : 'The service goes on working: the new credential is made and in use before the old one is cut.',
    );
    if (deadline !== undefined)
      says.push(`The old credential is cut at ${deadline} at the latest, even if nobody answers any more.`);
  }
  says.push(...byHandOf(steps), ...irreversibleOf(steps));
  for (const way of found?.waysIn ?? []) {
    if (way.lastUsedAt === null) continue;
    const of = way.lastUsedFor == null ? '' : ` for ${way.lastUsedFor}`;
    says.push(`${way.kind} ${way.id} was last used at ${way.lastUsedAt}${of}.`);
  }
  return says;
}

/** A role has no credential of its own. */
const livesBySessions = ({ identity }: Plan): boolean => identity.kind === 'iam-role';

function byHandOf(steps: readonly Step[]): string[] {
  const parties = [...new Set(steps.filter(isByHand).map((step) => step.party))];
  return parties.length === 0
    ? []
    : [`Done by hand, and confirmed by somebody else: what is asked of ${parties.join(' and ')}.`];
}

function irreversibleOf(steps: readonly Step[]): string[] {
  const count = steps.filter((step) => step.reversibility === 'irreversible').length;
  return count === 0
    ? []
    : [`${count === 1 ? 'One step' : `${count} steps`} cannot be taken back; that is asked again before.`];
}
