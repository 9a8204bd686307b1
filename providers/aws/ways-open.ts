// What a user or role can come in or back by now, by the ids that discovery shows: what a checker reports with every sight.
import type { Aws } from './clients.ts';
import { opensForRole, ROLE_WAYS_PERMISSIONS } from './role/ways-in.ts';
import { groupsJoinedBy, idOfGroup, mfaDevicesOf, WAYS_BACK_PERMISSIONS } from './ways-back.ts';
import { WAYS_IN_PERMISSIONS, waysInOf } from './ways-in.ts';

export const WAYS_OPEN_PERMISSIONS = [
  ...WAYS_IN_PERMISSIONS,
  ...WAYS_BACK_PERMISSIONS,
  ...ROLE_WAYS_PERMISSIONS,
] as const;

/** Of another kind of identity, nothing is known. */
export const opensFor = async (aws: Aws, kind: string, reference: string): Promise<string[]> => {
  if (kind === 'iam-user') return opensForUser(aws, reference);
  return kind === 'iam-role' ? opensForRole(aws, reference) : [];
};

/** A read that is denied fails the whole look: contained is not said beside what nobody has seen, and the missing permission is told. */
async function opensForUser(aws: Aws, userName: string): Promise<string[]> {
  const ways = await waysInOf(aws, userName);
  const devices = await mfaDevicesOf(aws, userName);
  const groups = await groupsJoinedBy(aws, userName);
  return [
    ...ways.filter((way) => way.open).map((way) => way.id),
    ...devices.map((one) => one.serialNumber),
    ...groups.map((one) => idOfGroup(one.name)),
  ];
}
