// CloudTrail's events of one identity, summed up. Pure.
import { type Activity, MOST_CHANGES, MOST_NAMED } from '../../../domain/activity/activity.schema.ts';
import { type Identity, isOfOne, keyOf } from '../../../domain/identity/identity.ts';
import { deedOf } from './deeds.ts';
import type { TrailEvent } from './event.ts';

type Summed = Pick<
  Activity,
  | 'events'
  | 'firstAt'
  | 'lastAt'
  | 'addresses'
  | 'agents'
  | 'services'
  | 'refused'
  | 'changes'
  | 'moreChanges'
>;

/** Most first, and then by name, so that it is the same however AWS lists them. */
function counted(names: readonly string[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name: name.slice(0, 160), count }))
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NAMED);
}

export function summed(events: readonly TrailEvent[], itself: Identity): Summed {
  const inOrder = events.toSorted((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));
  // Each once, when it was done first: a workload that becomes its role every minute must not hide what was done once.
  const first = new Map<string, Activity['changes'][number]>();
  for (const event of inOrder) {
    const deed = deedOf(event, itself);
    if (deed === null) continue;
    const key = deed.whom === null ? null : keyOf(deed.whom);
    const other = key === null || isOfOne(key, keyOf(itself)) ? null : key;
    const change = { call: deed.call.slice(0, 160), on: onOf(event), other };
    const mark = JSON.stringify(change);
    if (!first.has(mark)) first.set(mark, { at: event.at, ...change });
  }
  const changes = [...first.values()];
  return {
    events: events.length,
    firstAt: inOrder[0]?.at ?? null,
    lastAt: inOrder.at(-1)?.at ?? null,
    addresses: counted(events.map(({ address }) => address)),
    agents: counted(events.map(({ agent }) => agent)),
    services: counted(events.map(({ service }) => service)),
    refused: counted(
      events.filter(({ refused }) => refused).map(({ service, call }) => `${service}:${call}`),
    ),
    changes: kept(changes),
    moreChanges: Math.max(0, changes.length - MOST_CHANGES),
  };
}

/** The plan itself rests on these: a thief who does much else must not hide whom it became, or the group that it put itself into. */
const FOR_THE_PLAN: readonly string[] = ['sts:AssumeRole', 'iam:AddUserToGroup'];

/** The first ones, in the order in which they were done. */
function kept(changes: readonly Activity['changes'][number][]): Activity['changes'] {
  const isForPlan = ({ call }: Activity['changes'][number]) => FOR_THE_PLAN.includes(call);
  const chosen = new Set(
    [...changes.filter(isForPlan), ...changes.filter((one) => !isForPlan(one))].slice(0, MOST_CHANGES),
  );
  return changes.filter((change) => chosen.has(change));
}

const onOf = ({ names }: TrailEvent): string[] =>
  Object.entries(names)
    .filter(([name]) => name !== 'roleSessionName')
    .map(([name, value]) => `${name} ${value}`.slice(0, 160))
    .slice(0, 4);
