// What an identity did since the compromise, from a stub of CloudTrail's documented API: the emulator has none.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Activity, activitySchema, MOST_CHANGES } from '../../../../domain/activity/activity.schema.ts';
import { connect } from '../../../../providers/aws/clients.ts';
import { activityOf, type Suspect } from '../../../../providers/aws/trail/activity.ts';
import { eventOf } from '../../../../providers/aws/trail/event.ts';
import { MOST_PAGES } from '../../../../providers/aws/trail/lookup.ts';
import { summed } from '../../../../providers/aws/trail/sum.ts';
import {
  groupsJoinedWithIt,
  trailConcerns,
  wayBackFindings,
} from '../../../../providers/aws/trail/ways-back.ts';
import { CloudTrailStub, type Recorded } from './cloudtrail-stub.ts';

const RUNS = Number(process.env['CUSTODY_RUNS'] ?? 150);
const ACCOUNT = '123456789012';
const NOW = Date.parse('2026-11-24T04:00:00Z');
const SINCE = '2026-11-24T03:00:00.000Z';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const ROBOT: Suspect = {
  identity: { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: 'robot' },
  arn: `arn:aws:iam::${ACCOUNT}:user/robot`,
  sessionKeys: [],
  regions: [],
  since: SINCE,
};

let stub: CloudTrailStub;
let pauses: number[];
let clock: number;
beforeEach(async () => {
  stub = await CloudTrailStub.start();
  pauses = [];
  clock = NOW;
});
afterEach(() => stub.stop());

const ask = async (suspect: Partial<Suspect> = {}): Promise<Activity> =>
  activitySchema.parse(
    await activityOf(
      connect({
        account: ACCOUNT,
        region: 'eu-central-1',
        endpoint: stub.endpoint,
        credentials: { accessKeyId: 'AKIACHECKER000000001', secretAccessKey: 'of the checker' },
        clock: {
          now: () => clock,
          pause: async (ms) => {
            pauses.push(ms);
            clock += ms;
          },
        },
      }),
      { ...ROBOT, ...suspect },
    ),
  );

let events = 0;
const byRobot = (change: Partial<Recorded> = {}): Recorded => {
  events += 1;
  return {
    eventID: `event-${events}`,
    eventTime: '2026-11-24T03:10:00Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'ListUsers',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.0',
    userIdentity: { type: 'IAMUser', accountId: ACCOUNT, arn: ROBOT.arn, userName: 'robot' },
    ...change,
  };
};
const record = (change: Partial<Recorded> = {}, region = 'us-east-1') =>
  stub.record(region, { Username: 'robot' }, byRobot(change));

describe('what a user did', () => {
  it('is summed up over regions, from the first call to the last', async () => {
    record({ eventTime: '2026-11-24T03:20:00Z', sourceIPAddress: '203.0.113.9' });
    record({ errorCode: 'AccessDenied', eventName: 'CreateUser', requestParameters: { userName: 'x' } });
    record({
      errorCode: 'Client.UnauthorizedOperation',
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
    });
    record({ eventSource: 's3.amazonaws.com', eventTime: '2026-11-24T03:05:00Z' }, 'eu-central-1');
    expect(await ask()).toEqual({
      since: SINCE,
      readAt: '2026-11-24T04:00:00.000Z',
      regions: ['us-east-1', 'eu-central-1'],
      events: 4,
      firstAt: '2026-11-24T03:05:00.000Z',
      lastAt: '2026-11-24T03:20:00.000Z',
      addresses: [
        { name: '198.51.100.7', count: 3 },
        { name: '203.0.113.9', count: 1 },
      ],
      agents: [{ name: 'aws-cli/2.0', count: 4 }],
      services: [
        { name: 'iam', count: 2 },
        { name: 'ec2', count: 1 },
        { name: 's3', count: 1 },
      ],
      refused: [
        { name: 'ec2:RunInstances', count: 1 },
        { name: 'iam:CreateUser', count: 1 },
      ],
      changes: [],
      moreChanges: 0,
      unread: [],
    });
    expect(pauses).toEqual([500]);
  });

  it('is asked where its key was used last as well, and there only once', async () => {
    expect((await ask({ regions: ['ap-south-1', 'us-east-1', null] })).regions).toEqual([
      'us-east-1',
      'eu-central-1',
      'ap-south-1',
    ]);
    expect(stub.calls.map(({ region }) => region)).toEqual(['us-east-1', 'eu-central-1', 'ap-south-1']);
  });

  it('is not what another did under its name', async () => {
    const issuer = { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/ci` };
    record({
      userIdentity: {
        type: 'AssumedRole',
        accountId: ACCOUNT,
        userName: 'robot',
        sessionContext: { sessionIssuer: issuer },
      },
    });
    record({ userIdentity: { type: 'IAMUser', accountId: '999988887777', userName: 'robot' } });
    expect(await ask()).toMatchObject({ events: 0, firstAt: null });
  });

  it('counts one event once, however it was found', async () => {
    const event = byRobot({
      userIdentity: { accountId: ACCOUNT, accessKeyId: 'ASIAROBOT00000000001', userName: 'robot' },
    });
    stub.record('us-east-1', { Username: 'robot', AccessKeyId: 'ASIAROBOT00000000001' }, event);
    expect(await ask({ sessionKeys: ['ASIAROBOT00000000001'] })).toMatchObject({ events: 1 });
    expect(stub.calls.map(({ by }) => by)).toEqual(['AccessKeyId', 'Username', 'AccessKeyId', 'Username']);
  });

  it('says what it made and changed, of others and of itself, each once', async () => {
    const made = (eventName: string, requestParameters: object, minute: string) =>
      record({ eventName, requestParameters, eventTime: `2026-11-24T03:${minute}:00Z` });
    made('CreateUser', { userName: 'backdoor' }, '11');
    made('UpdateAssumeRolePolicy', { roleName: 'admin', policyDocument: `{"Statement":"${SECRET}"}` }, '12');
    made('AddUserToGroup', { userName: 'robot', groupName: 'admins' }, '13');
    record({
      eventName: 'CreateAccessKey',
      eventTime: '2026-11-24T03:14:00Z',
      responseElements: { accessKey: { accessKeyId: 'AKIAMADEBYTHETHIEF01', secretAccessKey: SECRET } },
    });
    for (const minute of ['15', '16']) {
      record({
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        eventTime: `2026-11-24T03:${minute}:00Z`,
        requestParameters: {
          roleArn: `arn:aws:iam::${ACCOUNT}:role/path/deploy`,
          roleSessionName: `s${minute}`,
        },
      });
    }
    record({
      eventSource: 'lambda.amazonaws.com',
      eventName: 'CreateFunction20150331',
      eventTime: '2026-11-24T03:17:00Z',
      requestParameters: { functionName: 'beacon', environment: { variables: { KEY: SECRET } } },
    });
    const activity = await ask();
    expect(activity.changes.map(({ call, on, other }) => [call, on, other])).toEqual([
      ['iam:CreateUser', ['userName backdoor'], `aws/${ACCOUNT}/iam-user/backdoor`],
      ['iam:UpdateAssumeRolePolicy', ['roleName admin'], `aws/${ACCOUNT}/iam-role/admin`],
      ['iam:AddUserToGroup', ['userName robot', 'groupName admins'], null],
      ['iam:CreateAccessKey', ['accessKeyId AKIAMADEBYTHETHIEF01'], null],
      [
        'sts:AssumeRole',
        [`roleArn arn:aws:iam::${ACCOUNT}:role/path/deploy`],
        `aws/${ACCOUNT}/iam-role/deploy`,
      ],
      ['lambda:CreateFunction', ['functionName beacon'], null],
    ]);
    expect(JSON.stringify(activity)).not.toContain(SECRET);
    expect(groupsJoinedWithIt(activity, 'robot')).toEqual(['admins']);
    const [told] = trailConcerns(activity, []);
    for (const other of ['iam-user/backdoor', 'iam-role/admin', 'iam-role/deploy'])
      expect(told).toContain(`aws/${ACCOUNT}/${other}`);
    // Of those whose sessions the plan ends, one that was changed too is told all the same.
    const ended = ['admin', 'deploy'].map((name) => `aws/${ACCOUNT}/iam-role/${name}`);
    const [rest] = trailConcerns(activity, ended);
    expect(rest).toContain(`aws/${ACCOUNT}/iam-role/admin`);
    expect(rest).not.toContain('iam-role/deploy');
    // What is in the plan of the identity itself, or is a session, is nothing that somebody has to put back.
    expect(wayBackFindings(activity, ROBOT.identity).map(({ says }) => says.split(' ')[0])).toEqual([
      'iam:CreateUser',
      'iam:UpdateAssumeRolePolicy',
      'lambda:CreateFunction',
    ]);
  });

  it('names no more than may be, and says how many more there are', async () => {
    for (let n = 0; n < MOST_CHANGES + 3; n += 1)
      record({
        eventName: 'CreateUser',
        requestParameters: { userName: `u${n}` },
        sourceIPAddress: `10.0.0.${n}`,
      });
    const activity = await ask();
    expect(activity.changes).toHaveLength(MOST_CHANGES);
    expect(activity.moreChanges).toBe(3);
    expect(activity.addresses).toHaveLength(20);
    expect(wayBackFindings(activity, ROBOT.identity)).toHaveLength(15);
    expect(trailConcerns(activity, []).at(-1)).toMatch(/^3 more of what was made or changed with it/);
  });

  it('hides behind much else neither whom it became nor the group that it put itself into', async () => {
    for (let n = 0; n < MOST_CHANGES + 3; n += 1)
      record({ eventName: 'CreatePolicy', requestParameters: { policyName: `p${n}` } });
    record({
      eventName: 'AddUserToGroup',
      requestParameters: { userName: 'robot', groupName: 'admins' },
    });
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/${'a-path/'.repeat(40)}odd!/deploy`;
    record({
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      requestParameters: { roleArn, roleSessionName: 's' },
    });
    const activity = await ask();
    expect(activity.changes).toHaveLength(MOST_CHANGES);
    expect(activity.moreChanges).toBe(5);
    expect(groupsJoinedWithIt(activity, 'robot')).toEqual(['admins']);
    expect(activity.changes.find(({ call }) => call === 'sts:AssumeRole')?.other).toBe(
      `aws/${ACCOUNT}/iam-role/deploy`,
    );
    // Nothing of these is another identity's, and the rest is told all the same.
    const ended = [`aws/${ACCOUNT}/iam-role/deploy`];
    expect(trailConcerns(activity, ended)).toEqual([expect.stringMatching(/^5 more of what/)]);
  });
});

describe('what a role did', () => {
  const arn = `arn:aws:iam::${ACCOUNT}:role/deploy`;
  it('is what its sessions did, as those who became it called them', async () => {
    stub.record(
      'us-east-1',
      { ResourceName: arn },
      byRobot({
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        requestParameters: { roleArn: arn, roleSessionName: 'thief' },
      }),
    );
    stub.record(
      'us-east-1',
      { Username: 'thief' },
      byRobot({
        userIdentity: { accountId: ACCOUNT, sessionContext: { sessionIssuer: { type: 'Role', arn } } },
      }),
    );
    const identity = { ...ROBOT.identity, kind: 'iam-role', reference: 'deploy' };
    expect(await ask({ identity, arn })).toMatchObject({ events: 1, unread: [] });
  });
});

describe('what cannot be read is said, and the look goes on', () => {
  it('the permission is missing', async () => {
    stub.refusals.push({ name: 'AccessDeniedException', status: 400 });
    expect(await ask()).toMatchObject({
      events: 0,
      unread: ['It could not be read: cloudtrail:LookupEvents is denied.'],
    });
    expect(stub.calls).toHaveLength(1);
  });

  it('AWS throttles for a while', async () => {
    record();
    stub.refusals.push(
      { name: 'ThrottlingException', status: 400 },
      { name: 'ThrottlingException', status: 400 },
    );
    expect(await ask()).toMatchObject({ events: 1, unread: [] });
    expect(pauses).toEqual([1_000, 500, 2_000, 500, 500]);
  });

  it('AWS throttles without end', async () => {
    for (let n = 0; n < 20; n += 1) stub.refusals.push({ name: 'ThrottlingException', status: 400 });
    expect((await ask()).unread).toEqual([expect.stringContaining('takes no more calls')]);
    expect(stub.calls).toHaveLength(4);
  });

  it('one region gives no answer', async () => {
    stub.refusals.push({ name: 'InternalFailure', status: 500 });
    record({}, 'eu-central-1');
    expect(await ask()).toMatchObject({
      events: 1,
      unread: ['CloudTrail gave no usable answer in us-east-1.'],
    });
  });

  it('there are more pages than are read', async () => {
    stub.pageSize = 1;
    for (let n = 0; n < MOST_PAGES + 5; n += 1) record();
    const activity = await ask();
    expect(activity.events).toBe(MOST_PAGES);
    expect(activity.unread).toEqual([expect.stringContaining(`more than ${MOST_PAGES} pages`)]);
    expect(stub.calls).toHaveLength(MOST_PAGES);
  });

  it('an event is no JSON, or not one of CloudTrail', async () => {
    for (const text of ['{"eventID":', 'null', '[]', '{"eventID":"x","eventTime":"never"}', ''])
      stub.record('us-east-1', { Username: 'robot' }, text);
    record();
    expect(await ask()).toMatchObject({
      events: 1,
      unread: ['Some events cannot be understood and are not counted.'],
    });
  });

  it('the compromise is older than what CloudTrail keeps', async () => {
    const activity = await ask({ since: '2026-01-01T00:00:00.000Z' });
    expect(activity.since).toBe('2026-08-26T04:00:00.000Z');
    expect(activity.unread).toEqual([expect.stringContaining('90 days')]);
  });
});

describe('whatever the log holds', () => {
  it('the sum fits the schema, and copies no value that is no name', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const event = fc.record(
      {
        eventID: fc.oneof(fc.uuid(), anything),
        eventTime: fc.constantFrom('2026-11-24T03:10:00Z', 'x'),
        eventSource: fc.oneof(
          fc.constant('iam.amazonaws.com'),
          fc.string({ unit: 'binary', maxLength: 400 }),
        ),
        eventName: fc.constantFrom('CreateUser', 'CreatePolicy', 'AttachRolePolicy', 'AddUserToGroup'),
        sourceIPAddress: fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), anything),
        userAgent: fc.string({ unit: 'binary', maxLength: 400 }),
        errorCode: fc.constantFrom('', 'AccessDenied', 'Other'),
        userIdentity: anything,
        requestParameters: fc.oneof(
          anything,
          fc.record({
            userName: fc.string({ maxLength: 400 }),
            roleName: fc.string({ maxLength: 40 }),
            password: fc.constant(SECRET),
            policyName: fc.constant(`{"secret":"${SECRET}"}`),
          }),
        ),
      },
      { requiredKeys: ['eventID', 'eventTime', 'eventSource', 'eventName'] },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (list) => {
        const understood = list.flatMap((one) => eventOf(JSON.stringify(one)) ?? []);
        const sum = summed(understood, ROBOT.identity);
        const whole = activitySchema.parse({ since: SINCE, readAt: SINCE, regions: [], unread: [], ...sum });
        expect(JSON.stringify(whole)).not.toContain(SECRET);
      }),
      { numRuns: RUNS },
    );
  });
});
