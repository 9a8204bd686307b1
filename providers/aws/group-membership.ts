// aws/group-membership: take a user out of a group that it joined since the compromise, and with it what the group allows. Undo puts
// back this one user into this one group, and nothing else.
import { AddUserToGroupCommand, RemoveUserFromGroupCommand } from '@aws-sdk/client-iam';
import type { Act, CredentialKind } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';
import { named, userNameOf } from './target.ts';
import { GROUPS_PERMISSIONS, groupsJoinedBy } from './ways-back.ts';

export const groupMembership = (aws: Aws): CredentialKind => ({
  kind: 'aws/group-membership',
  reversibility: 'reversible',
  permissions: {
    apply: [...GROUPS_PERMISSIONS, 'iam:RemoveUserFromGroup'],
    undo: [...GROUPS_PERMISSIONS, 'iam:AddUserToGroup'],
    check: [...GROUPS_PERMISSIONS],
  },

  async apply(act) {
    const userName = userNameOf(aws, act);
    const groupName = named(act.step, 'groupName');
    const done = (wasSo: boolean) => {
      const taken = !wasSo || isTakenOut(act, groupName);
      return { wasSo, evidence: { groupName, takenOut: taken ? 'yes' : 'no' } };
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
    if (!isTakenOut(act, groupName)) {
      throw impossible(
        `This plan has not taken ${userName} out of the group ${groupName}, so it does not put it in: those who run IAM can.`,
      );
    }
    if (await isIn(aws, userName, groupName)) return { wasSo: true, evidence };
    try {
      await aws.iam.send(new AddUserToGroupCommand({ UserName: userName, GroupName: groupName }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw impossible(
        `The group ${groupName} or the user ${userName} does not exist any more, so the membership cannot be put back: what it gave has to be granted anew by those who run IAM.`,
      );
    }
    return { wasSo: false, evidence };
  },

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

/** As the executor's own signed results say: to put a user into a group is to grant, and only what was taken is given back. */
const isTakenOut = ({ evidence }: Act, groupName: string): boolean =>
  Object.values(evidence).some((said) => said['groupName'] === groupName && said['takenOut'] === 'yes');
