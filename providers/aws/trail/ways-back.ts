// What the log shows of ways back: for people, what is left to do about others; for the plan, groups that the user was put into. Pure.
import type { Activity } from '../../../domain/activity/activity.schema.ts';
import type { Identity } from '../../../domain/identity/identity.ts';
import type { Finding } from '../../../domain/plan/plan.schema.ts';

/** As many as are listed one by one. */
const MOST = 15;

/**
 * An incident about each user or role that was made, changed or become with it: a cut of this one does not reach them. `ended`: KEYs of
 * roles whose sessions the plan ends; of one that was only become, nothing else is left.
 */
export function trailConcerns({ changes, moreChanges }: Activity, ended: readonly string[]): string[] {
  const reached = ({ call, other }: Activity['changes'][number]) =>
    call === 'sts:AssumeRole' && other !== null && ended.includes(other);
  const others = [
    ...new Set(changes.filter((change) => !reached(change)).flatMap(({ other }) => other ?? [])),
  ];
  const untold =
    moreChanges === 0
      ? []
      : [
          `${moreChanges} more of what was made or changed with it is not listed: look CloudTrail through before it counts as over.`,
        ];
  if (others.length === 0) return untold;
  const more = others.length > 3 || moreChanges > 0 ? ', and more (custody show)' : '';
  return [
    `With it others were made, changed or become, and this cut does not reach them: open an incident about each that nobody else accounts for: ${others.slice(0, 3).join(', ')}${more}.`,
    ...untold,
  ];
}

/** What was done to the identity itself is in its plan, or beside it in its ways in. */
export function wayBackFindings({ changes }: Activity, { kind, reference }: Identity): Finding[] {
  const name = `${kind === 'iam-user' ? 'userName' : 'roleName'} ${reference}`;
  // Without a user's name IAM takes whoever calls.
  const isOfItself = (on: readonly string[]) =>
    on.includes(name) || on.some((one) => one.startsWith('accessKeyId '));
  const says = changes
    .filter(({ call }) => call !== 'sts:AssumeRole')
    .filter(({ other, on }) => other !== null || !isOfItself(on))
    .map(
      ({ at, call, on, other }) =>
        `${call} at ${at}${on.length === 0 ? '' : ` (${on.join(', ')})`}: made with it since the compromise. Put it back unless somebody accounts for it${other === null ? '' : `; the incident about it is ${other}`}.`,
    );
  return [...new Set(says)]
    .slice(0, MOST)
    .map((one) => ({ kind: 'way-back', says: one.slice(0, 500), part: 'source-of-truth' }));
}

/** Into which it put itself: when a user joined a group, IAM does not keep. */
export const groupsJoinedWithIt = ({ changes }: Activity, userName: string): string[] =>
  changes.flatMap(({ call, on }) =>
    call === 'iam:AddUserToGroup' && on.includes(`userName ${userName}`)
      ? on.flatMap((name) => (name.startsWith('groupName ') ? [name.slice('groupName '.length)] : []))
      : [],
  );
