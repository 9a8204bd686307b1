// The organisation of an account, on the emulator: from its management account, from a member that may read it, and where that is denied.
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../../../../local/demo/estate.ts';
import { ORGANISATION_PERMISSIONS, organisationOf } from '../../../../providers/aws/access/organisation.ts';
import { type Aws, connect, type Credentials } from '../../../../providers/aws/clients.ts';
import { estateForThisFile } from '../../../attacker/estate.ts';
import { allow, policy } from '../../../attacker/roles.ts';
import { secondAccount } from '../../../attacker/second-account.ts';

const estate = estateForThisFile();
const awsOf = (account: string, credentials: Credentials): Aws =>
  connect({ account, region: REGION, endpoint: estate().endpoint, credentials });

/** May call these and nothing else. */
async function reader(account: string, root: Credentials, name: string, calls: readonly string[]) {
  const iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: root });
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: 'reads',
      PolicyDocument: policy(...calls.map((call) => allow(call))),
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return awsOf(account, {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  });
}

const RULE = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'account:CloseAccount', Resource: '*' }],
});

describe('the organisation of an account', () => {
  it('is none, then holds it by policies that are named, nearest first; what is denied is said', async () => {
    const alone = await reader(ACCOUNT, estate().root, 'reader', ORGANISATION_PERMISSIONS);
    expect(await organisationOf(alone)).toEqual({ organisation: null, unread: new Set() });

    const there = await secondAccount(estate().endpoint);
    await there.hold(RULE);
    const managing = await organisationOf(alone);
    expect(managing).toEqual({
      organisation: { id: expect.stringMatching(/^o-/), management: true, policies: [] },
      unread: new Set(),
    });

    const { account, root } = there;
    const member = await organisationOf(await reader(account, root, 'member', ORGANISATION_PERMISSIONS));
    expect(member).toEqual({
      organisation: {
        id: managing.organisation?.id,
        management: false,
        policies: [
          { name: 'FullAWSAccess', on: 'the account' },
          { name: 'custody', on: 'the account' },
          { name: 'FullAWSAccess', on: 'the root' },
        ],
      },
      unread: new Set(),
    });

    // What most members meet: who it is they are told, and no more.
    const [describing, ...others] = ORGANISATION_PERMISSIONS;
    const short = await organisationOf(await reader(account, root, 'short', [describing]));
    expect(short.organisation).toEqual({ ...managing.organisation, management: false });
    expect([...short.unread]).toEqual([`${others.at(-1)} is denied to the checker`]);

    const blind = await organisationOf(await reader(account, root, 'blind', ['iam:GetUser']));
    expect(blind.organisation).toBeNull();
    expect([...blind.unread]).toEqual(['organizations:DescribeOrganization is denied to the checker']);
  });
});
