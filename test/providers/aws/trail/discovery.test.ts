// What CloudTrail shows, in what the checker finds: the account is the emulator's, and its log a stub of the documented API.
import { AddUserToGroupCommand, CreateGroupCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workflowIdOf } from '../../../../domain/identity/identity.ts';
import { discoverySchema } from '../../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION } from '../../../../local/demo/estate.ts';
import { connect } from '../../../../providers/aws/clients.ts';
import { awsProviderOver } from '../../../../providers/aws/provider.ts';
import { estateForThisFile } from '../../../attacker/estate.ts';
import { CloudTrailStub } from './cloudtrail-stub.ts';

const estate = estateForThisFile();
let stub: CloudTrailStub;
beforeAll(async () => {
  stub = await CloudTrailStub.start();
});
afterAll(() => stub.stop());

const SINCE = new Date(Date.now() + 60_000);

/** As if the compromise were later than all that the account shows: only the log can tell. */
async function look(about: { kind: string; reference: string } | null = null) {
  const { endpoint, checker, user, stolenKey, secretId } = estate();
  const options = { account: ACCOUNT, region: REGION, credentials: checker };
  const clock = { now: () => SINCE.getTime() + 60_000, pause: async () => {} };
  const identity = { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: user, ...about };
  const { trail } = connect({ ...options, endpoint: stub.endpoint });
  const found = await awsProviderOver({ ...connect({ ...options, endpoint, clock }), trail }).discover({
    id: 'discover-1',
    incident: workflowIdOf(identity),
    firstRun: 'run-1',
    identity,
    credentials: [stolenKey.accessKeyId],
    since: SINCE.toISOString(),
    secret: secretId,
  });
  return discoverySchema.parse(found);
}
type Found = Awaited<ReturnType<typeof look>>;
const leaves = ({ proposals }: Found) =>
  (proposals.cut ?? []).filter(({ kind }) => kind === 'aws/group-membership').map(({ target }) => target);

it('a group that the user put itself into with the stolen key is taken away; another user that it made is left to do', async () => {
  const { endpoint, root, user } = estate();
  const iam = new IAMClient({ endpoint, region: REGION, credentials: root });
  await iam.send(new CreateGroupCommand({ GroupName: 'long-there' }));
  await iam.send(new AddUserToGroupCommand({ GroupName: 'long-there', UserName: user }));
  const before = await look();
  expect(leaves(before)).toEqual([]);
  expect(before.activity).toMatchObject({ events: 0, unread: [] });

  const called = (eventName: string, requestParameters: object) =>
    stub.record(
      'us-east-1',
      { Username: user },
      {
        eventID: eventName,
        eventTime: SINCE.toISOString(),
        eventSource: 'iam.amazonaws.com',
        eventName,
        userIdentity: { type: 'IAMUser', accountId: ACCOUNT, userName: user },
        requestParameters,
      },
    );
  called('AddUserToGroup', { userName: user, groupName: 'long-there' });
  called('CreateUser', { userName: 'backdoor' });
  const after = await look();
  expect(leaves(after)).toEqual([expect.objectContaining({ userName: user, groupName: 'long-there' })]);
  expect(after.activity).toMatchObject({ events: 2 });
  expect(after.concerns.join('\n')).toContain(`aws/${ACCOUNT}/iam-user/backdoor`);
  expect((after.findings ?? []).filter(({ kind }) => kind === 'way-back')).toEqual([
    {
      kind: 'way-back',
      part: 'source-of-truth',
      says: expect.stringMatching(/^iam:CreateUser at .* \(userName backdoor\).*iam-user\/backdoor\.$/),
    },
  ]);
});

it('a log that is denied stops no plan', async () => {
  stub.refusals.push({ name: 'AccessDeniedException', status: 400 });
  const found = await look();
  expect(found.proposals.cut?.length).toBeGreaterThan(5);
  expect(found.activity?.unread).toEqual(['It could not be read: cloudtrail:LookupEvents is denied.']);
});

it("a session's lone key is of whoever the log says: a role or a user of this account, and nobody else", async () => {
  const { endpoint, root, user } = estate();
  const iam = new IAMClient({ endpoint, region: REGION, credentials: root });
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'of-session',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
      }),
    }),
  );
  const used = (accessKeyId: string, userIdentity: object) =>
    stub.record(
      'us-east-1',
      { AccessKeyId: accessKeyId },
      {
        eventID: accessKeyId,
        eventTime: SINCE.toISOString(),
        eventSource: 's3.amazonaws.com',
        eventName: 'ListBuckets',
        userIdentity: { accessKeyId, ...userIdentity },
      },
    );
  const issuedBy = (account: string, name: string) => ({
    accountId: account,
    sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${account}:${name}` } },
  });
  used('ASIAOFAROLE000000001', issuedBy(ACCOUNT, 'role/of-session'));
  used('ASIAOFAUSER000000001', { accountId: ACCOUNT, userName: user });
  used('ASIAOFFEDERATED00001', issuedBy(ACCOUNT, `user/${user}`));
  used('ASIAELSEWHERE0000001', issuedBy('999988887777', 'role/of-session'));
  const whose = async (reference: string) => (await look({ kind: 'access-key', reference })).identity;
  expect(await whose('ASIAOFAROLE000000001')).toMatchObject({ kind: 'iam-role', reference: 'of-session' });
  expect(await whose('ASIAOFAUSER000000001')).toMatchObject({ kind: 'iam-user', reference: user });
  expect(await whose('ASIAOFFEDERATED00001')).toMatchObject({ kind: 'iam-user', reference: user });
  expect(await whose('ASIAELSEWHERE0000001')).toBeNull();
});
