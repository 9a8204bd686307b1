// What CloudTrail shows, in what the checker finds: the account is the emulator's, and its log a stub of the documented API.
import { CreateGroupCommand, AddUserToGroupCommand, IAMClient } from '@aws-sdk/client-iam';
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
async function look() {
  const { endpoint, checker, user, stolenKey, secretId } = estate();
  const options = { account: ACCOUNT, region: REGION, credentials: checker };
  const clock = { now: () => SINCE.getTime() + 60_000, pause: async () => {} };
  const identity = { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: user };
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
