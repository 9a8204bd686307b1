// What else of a user a thief may have added to come back by: an MFA device that passes where policies ask for one, a group and what it
// allows. Not ways in by themselves: nothing is kept on because of them, but one that appears is news.
import { paginateListGroupsForUser, paginateListMFADevices } from '@aws-sdk/client-iam';
import { type Instant, instant } from '../../domain/instant/instant.ts';
import type { Aws } from './clients.ts';
import { isMissing } from './errors.ts';
import { type Unread, unlessDenied } from './unread.ts';

export const MFA_DEVICES_PERMISSIONS = ['iam:ListMFADevices'] as const;
export const GROUPS_PERMISSIONS = ['iam:ListGroupsForUser'] as const;
export const WAYS_BACK_PERMISSIONS = [...MFA_DEVICES_PERMISSIONS, ...GROUPS_PERMISSIONS] as const;

export interface MfaDevice {
  serialNumber: string;
  enabledAt: Instant | null;
}

export interface Joined {
  name: string;
  /** Of the group. When the user joined, IAM does not keep. */
  createdAt: Instant | null;
}

export interface WaysBack {
  devices: MfaDevice[];
  groups: Joined[];
}

const dated = (date: Date | undefined) => (date === undefined ? null : instant(date.getTime()));

/** Empty where the user does not exist. */
export async function mfaDevicesOf(aws: Aws, UserName: string): Promise<MfaDevice[]> {
  const devices: MfaDevice[] = [];
  try {
    for await (const { MFADevices } of paginateListMFADevices({ client: aws.iam }, { UserName })) {
      for (const { SerialNumber, EnableDate } of MFADevices ?? []) {
        if (SerialNumber !== undefined)
          devices.push({ serialNumber: SerialNumber, enabledAt: dated(EnableDate) });
      }
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return devices;
}

/** Empty where the user does not exist. */
export async function groupsJoinedBy(aws: Aws, UserName: string): Promise<Joined[]> {
  const groups: Joined[] = [];
  try {
    for await (const { Groups } of paginateListGroupsForUser({ client: aws.iam }, { UserName })) {
      for (const { GroupName, CreateDate } of Groups ?? []) {
        if (GroupName !== undefined) groups.push({ name: GroupName, createdAt: dated(CreateDate) });
      }
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return groups;
}

/** What is denied to the checker is left out: discovery tells people of it. */
export async function waysBackOf(aws: Aws, userName: string): Promise<WaysBack> {
  const told: Unread = new Set();
  return {
    devices: (await unlessDenied(told, userName, () => mfaDevicesOf(aws, userName))) ?? [],
    groups: (await unlessDenied(told, userName, () => groupsJoinedBy(aws, userName))) ?? [],
  };
}

/** Told apart from credentials, whose ids stand in the same lists. */
export const idOfGroup = (name: string): string => `group/${name}`;
