// What would make a step fail that the plan holds all the same: the policy that it attaches is not what it should be, or there is no room.
// What it says stands among the concerns too, in the same words. Pure.
import type { Obstacle } from '../../domain/plan/plan.schema.ts';
import type { Amiss } from './concerns.ts';
import { NO_SESSIONS, QUARANTINE, QUARANTINE_AUTO, RESTRICTED, type Restriction } from './policies.ts';
import type { Fits } from './where-it-fits.ts';

type Stopped = Obstacle['stops'][number];

/** By which strategies each is put on. */
const PUT_ON_BY = new Map<Restriction, Stopped[]>([
  [QUARANTINE, ['cut']],
  [NO_SESSIONS, ['cut', 'replace-then-cut', 'restrict']],
  [RESTRICTED, ['restrict']],
  [QUARANTINE_AUTO, ['automatic']],
]);

export const policyObstacles = (amiss: readonly Amiss[]): Obstacle[] =>
  amiss.map(({ policy, says }) => ({
    kind: 'policy',
    says: says.slice(0, 500),
    stops: PUT_ON_BY.get(policy) ?? [],
  }));

/** What fits as an inline policy alone stands in the way where nobody may write one. */
export function quotaObstacles({
  noRoom,
  byInline,
  attachable,
}: Pick<Fits, 'noRoom' | 'byInline' | 'attachable'>): Obstacle[] {
  const quota = (says: string, policies: readonly Restriction[]): Obstacle => {
    const lacksNoSessions = policies.includes(NO_SESSIONS);
    return {
      kind: 'quota',
      says: says.slice(0, 500),
      stops: [
        // It has all of them on at the same time; what only `replace-then-cut` puts on may fit alone.
        'cut',
        ...(lacksNoSessions && !attachable(NO_SESSIONS) ? (['replace-then-cut'] as const) : []),
        ...(lacksNoSessions ? (['restrict'] as const) : []),
      ],
    };
  };
  return [
    ...(noRoom === null ? [] : [quota(noRoom.says, noRoom.for)]),
    ...(byInline === null ? [] : [{ ...quota(byInline.says, byInline.for), unlessTaken: byInline.kinds }]),
  ];
}

/** It is only ever attached: nobody but people decides for an inline policy. */
export function automaticObstacles({ attachable, has }: Pick<Fits, 'attachable' | 'has'>): Obstacle[] {
  if (attachable(QUARANTINE_AUTO)) return [];
  const says = `${has}: there is no room for ${QUARANTINE_AUTO.name}, so detach one.`;
  return [{ kind: 'quota', says: says.slice(0, 500), stops: ['automatic'] }];
}
