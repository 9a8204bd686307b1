// aws/group-membership: take a user out of a group that it joined since the compromise, and with it what the group allows. Undo puts
// back this one user into this one group, where the user was cleared and the group allows what it did then. To put a user into a group is
// to grant: no policy of custody's lets anybody do it unless the group was named.
import {
  AddUserToGroupCommand,
  GetGroupPolicyCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Act, CredentialKind, Evidence } from '../../domain/provider/provider.ts';
import { isCleared } from './cleared.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';
import { attachedToGroup, inlineOfGroup } from './policy-lists.ts';
import { named, userNameOf } from './target.ts';
import { unlessDenied } from './unread.ts';
import { GROUPS_PERMISSIONS, groupsJoinedBy } from './ways-back.ts';

const UNKNOWN = 'unknown';

const ALLOWANCE_PERMISSIONS = [
  'iam:ListAttachedGroupPolicies',
  'iam:ListGroupPolicies',
  'iam:GetGroupPolicy',
] as const;

export const groupMembership = (aws: Aws): CredentialKind => ({
  kind: 'aws/group-membership',
  reversibility: 'reversible',
  permissions: {
    apply: [...GROUPS_PERMISSIONS, ...ALLOWANCE_PERMISSIONS, 'iam:RemoveUserFromGroup'],
    undo: [...GROUPS_PERMISSIONS, ...ALLOWANCE_PERMISSIONS, 'iam:AddUserToGroup'],
    check: [...GROUPS_PERMISSIONS],
  },

  async apply(act) {
    const userName = userNameOf(aws, act);
    const groupName = named(act.step, 'groupName');
    const before = takenOut(act, groupName);
    // What cannot be read delays no cut: then custody does not put the user back.
    const allowed =
      before?.['allowed'] ??
      (await unlessDenied(new Set(), groupName, () => allowanceOf(aws, groupName))) ??
      UNKNOWN;
    const done = (wasSo: boolean) => {
      const taken = !wasSo || before !== undefined;
      return { wasSo, evidence: { groupName, takenOut: taken ? 'yes' : 'no', allowed } };
    };
    if (!(await isIn(aws, userName, groupName))) return done(true);
    try {
      await aws.iam.send(new RemoveUserFromGroupCommand({ UserName: userName, GroupName: groupName }));
    } catch (error) {
      // The group, or the user, is gone.
      if (!isMissing(error)) throw error;
      return done(true);
    }
    return done(false);
  },

  async undo(act) {
    const userName = userNameOf(aws, act);
    const groupName = named(act.step, 'groupName');
    const evidence = { groupName };
    if (!isCleared(act.plan)) {
      throw impossible(
        `The user ${userName} was not cleared, so it is not put back into the group ${groupName}: those who run IAM can.`,
      );
    }
    const before = takenOut(act, groupName);
    if (before === undefined) {
      throw impossible(
        `This plan has not taken ${userName} out of the group ${groupName}, so it does not put it in: those who run IAM can.`,
      );
    }
    if (await isIn(aws, userName, groupName)) return { wasSo: true, evidence };
    try {
      if (before['allowed'] === UNKNOWN || (await allowanceOf(aws, groupName)) !== before['allowed']) {
        throw impossible(
          `The group ${groupName} has other policies than when ${userName} was taken out of it, or they could not be read then: those who run IAM look at them, and put the user back.`,
        );
      }
      await aws.iam.send(new AddUserToGroupCommand({ UserName: userName, GroupName: groupName }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw impossible(
        `The group ${groupName} or the user ${userName} does not exist any more, so the membership cannot be put back: what it gave has to be granted anew by those who run IAM.`,
      );
    }
    return { wasSo: false, evidence };
  },

  watch: 'check',

  async check({ plan, step }) {
    const userName = userNameOf(aws, { plan, step });
    const groupName = named(step, 'groupName');
    const within = await isIn(aws, userName, groupName);
    return {
      holds: within === (step.verb === 'undo'),
      saw: `The user ${userName} is ${within ? '' : 'not '}in the group ${groupName}.`,
    };
  },
});

const isIn = async (aws: Aws, userName: string, groupName: string): Promise<boolean> =>
  (await groupsJoinedBy(aws, userName)).some((group) => group.name === groupName);

/** As the executor's own signed results say: only what was taken is given back. */
const takenOut = ({ evidence }: Act, groupName: string): Evidence | undefined =>
  Object.values(evidence).find((said) => said['groupName'] === groupName && said['takenOut'] === 'yes');

/** A hash of which policies are attached to the group, and what its inline ones say. What a managed policy says is not read. */
async function allowanceOf(aws: Aws, GroupName: string): Promise<string> {
  const inline: [name: string, document: string][] = [];
  for (const PolicyName of (await inlineOfGroup(aws, GroupName)).toSorted()) {
    const { PolicyDocument = '' } = await aws.iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName }));
    inline.push([PolicyName, PolicyDocument]);
  }
  return hashOf([(await attachedToGroup(aws, GroupName)).toSorted(), inline]);
}
