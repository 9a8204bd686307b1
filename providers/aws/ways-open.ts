// What a user can come in or back by now, by the ids that discovery shows: what a checker reports with every sight.
import type { Aws } from './clients.ts';
import { idOfGroup, WAYS_BACK_PERMISSIONS, waysBackOf } from './ways-back.ts';
import { WAYS_IN_PERMISSIONS, waysInOf } from './ways-in.ts';

export const WAYS_OPEN_PERMISSIONS = [...WAYS_IN_PERMISSIONS, ...WAYS_BACK_PERMISSIONS] as const;

export async function opensFor(aws: Aws, userName: string): Promise<string[]> {
  const ways = await waysInOf(aws, userName);
  const { devices, groups } = await waysBackOf(aws, userName);
  return [
    ...ways.filter((way) => way.open).map((way) => way.id),
    ...devices.map((one) => one.serialNumber),
    ...groups.map((one) => idOfGroup(one.name)),
  ];
}
