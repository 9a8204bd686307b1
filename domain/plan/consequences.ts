// What a plan would mean for the thief and for the service, in plain words: shown beside the plan, outside its hash. Pure.
import type { Access } from '../access/access.schema.ts';
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
  if (found?.access !== undefined) {
    says.push(...notEnded(steps, found.access));
    if (replaces) says.push(...keptElsewhere(steps, found.access));
  }
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

/** Sessions of other roles, which the thief may have made already and keeps. */
function notEnded(steps: readonly Step[], { roles, elsewhere }: Access): string[] {
  const ended = namedIn(steps, 'roleName');
  const left = roles.first.map(({ role }) => role).filter((role) => !ended.includes(role));
  const names = [...left, ...elsewhere.first];
  if (names.length === 0) return [];
  return [
    `Not ended by this plan, if the thief made them before: sessions of ${someOf(names, roles.more + elsewhere.more)}.`,
  ];
}

/** A name alone is a hint, which stands among the concerns. */
function keptElsewhere(steps: readonly Step[], { secrets }: Access): string[] {
  const filled = namedIn(steps, 'secretId');
  const left = secrets.first.filter(({ secret, by }) => by === 'tag' && !filled.includes(secret));
  if (left.length === 0) return [];
  const names = left.map(({ secret }) => secret);
  return [
    `No new credential is put where a tag says that the old one is kept too: ${someOf(names, secrets.more)}.`,
  ];
}

/** What steps are done to, by the name under which their targets have it. */
const namedIn = (steps: readonly Step[], name: 'roleName' | 'secretId'): string[] =>
  steps.flatMap(({ verb, target }) => (verb === 'apply' ? (target[name] ?? []) : []));

const MOST = 5;

function someOf(names: readonly string[], more: number): string {
  const left = names.length - Math.min(names.length, MOST) + more;
  return names.slice(0, MOST).join(', ') + (left === 0 ? '' : ` and ${left} more`);
}
