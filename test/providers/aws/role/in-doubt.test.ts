// Who is kept from becoming a role: whoever made the sessions that alerts name, else everybody who became it; never everybody, a service
// or an identity provider.
import { describe, expect, it } from 'vitest';
import type { Denied } from '../../../../providers/aws/role/denied.ts';
import { isDeniable, patternsOf, principalsInDoubt } from '../../../../providers/aws/role/in-doubt.ts';
import { trustOf } from '../../../../providers/aws/role/trust.ts';
import { eventOf, type TrailEvent } from '../../../../providers/aws/trail/event.ts';

const ACCOUNT = '123456789012';
const OTHER = '999988887777';
const SINCE = '2026-11-24T03:00:00.000Z';
const iam = (what: string, account = ACCOUNT) => `arn:aws:iam::${account}:${what}`;
const WEB = iam('role/web');
const ALL_OF_OTHER = [iam('*', OTHER), `arn:aws:sts::${OTHER}:*`];

const USER = { type: 'IAMUser', accountId: ACCOUNT, arn: iam('user/robot'), userName: 'robot' };
const SESSION = {
  type: 'AssumedRole',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/run-1`,
  sessionContext: { sessionIssuer: { arn: iam('role/team/ci') } },
};
const ELSEWHERE = { type: 'AWSAccount', accountId: OTHER, principalId: 'AIDAELSEWHERE00000001' };
const SERVICE = { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' };

let nth = 0;
function became(by: object, makes: string, more: object = {}): TrailEvent {
  nth += 1;
  const event = eventOf(
    JSON.stringify({
      eventID: `event-${nth}`,
      eventTime: '2026-11-24T03:10:00Z',
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      userIdentity: by,
      requestParameters: { roleArn: WEB, roleSessionName: 'x' },
      responseElements: { credentials: { accessKeyId: makes, sessionToken: 'never copied' } },
      ...more,
    }),
  );
  if (event === null) throw new Error('it is an event');
  expect(JSON.stringify(event)).not.toContain('never copied');
  return event;
}

const asked = (
  events: TrailEvent[],
  named: string[] = [],
  more: { trusts?: object; standing?: Denied } = {},
) =>
  principalsInDoubt({
    account: ACCOUNT,
    role: {
      arn: WEB,
      called: 'role web',
      trust: trustOf(
        encodeURIComponent(
          JSON.stringify({
            Statement: { Effect: 'Allow', Action: 'sts:AssumeRole*', Principal: more.trusts ?? {} },
          }),
        ),
      ),
    },
    named,
    became: events,
    since: SINCE,
    standing: more.standing ?? null,
  });

const all = () => [
  became(USER, 'ASIAOFUSER0000000001'),
  became(SESSION, 'ASIAOFROLE0000000001'),
  became(ELSEWHERE, 'ASIAOFOTHER000000001'),
  became(SERVICE, 'ASIAOFMACHINE0000001'),
];

describe('of those who became it', () => {
  it.each([
    ['ASIAOFUSER0000000001', [iam('user/robot')]],
    ['ASIAOFROLE0000000001', [iam('role/team/ci')]],
    ['ASIAOFOTHER000000001', ALL_OF_OTHER],
    ['ASIAOFMACHINE0000001', []],
  ])('it is whoever made the session %s that an alert names', (key, principals) => {
    expect(asked(all(), [key]).principals).toEqual(principals);
  });

  it('it is everybody but services where no alert names a session that CloudTrail knows', () => {
    const everybody = [iam('role/team/ci'), iam('user/robot'), ...ALL_OF_OTHER].toSorted();
    expect(asked(all()).principals).toEqual(everybody);
    expect(asked(all(), ['ASIAUNKNOWN000000001']).principals).toEqual(everybody);
  });

  it.each([
    ['was refused', became(USER, '', { errorCode: 'AccessDenied' })],
    ['became another role', became(USER, '', { requestParameters: { roleArn: iam('role/other') } })],
    ['came with a web identity', became(USER, '', { eventName: 'AssumeRoleWithWebIdentity' })],
    [
      'was the role itself',
      became({ ...SESSION, sessionContext: { sessionIssuer: { arn: WEB } } }, 'ASIAITSELF0000000001'),
    ],
    ['cannot be named', became({ ...USER, arn: '' }, '')],
  ])('nobody is who %s', (_, event) => {
    expect(asked([event])).toEqual({ principals: [], concerns: [] });
  });

  it('nobody is added who came after others were denied: the service has a new way in', () => {
    const standing = { principals: [iam('user/robot')], since: '2026-11-24T03:05:00.000Z' };
    expect(asked([became(SESSION, '')], [], { standing }).principals).toEqual(standing.principals);
    // Unless an alert names the session.
    const event = became(SESSION, 'ASIAOFROLE0000000001');
    expect(asked([event], ['ASIAOFROLE0000000001'], { standing }).principals).toContain(iam('role/team/ci'));
    // What stands from an earlier incident says nothing of this one.
    const earlier = { ...standing, since: '2026-11-20T03:00:00.000Z' };
    expect(asked([became(SESSION, '')], [], { standing: earlier }).principals).toEqual([
      iam('role/team/ci'),
      iam('user/robot'),
    ]);
  });
});

describe('of those whom its trust policy has let in meanwhile', () => {
  it.each<[string, object, string[]]>([
    ['a user', { AWS: iam('user/x') }, [iam('user/x')]],
    ['another account', { AWS: `arn:aws:iam::${OTHER}:root` }, ALL_OF_OTHER],
    ['another account by its number', { AWS: OTHER }, ALL_OF_OTHER],
    [
      'a session, by its role',
      { AWS: `arn:aws:sts::${OTHER}:assumed-role/deploy/x` },
      [iam('role/*/deploy', OTHER), iam('role/deploy', OTHER)],
    ],
    ['a service', { Service: 'ec2.amazonaws.com' }, []],
    ['an identity provider', { Federated: iam('oidc-provider/x') }, []],
  ])('%s that is named is denied', (_, trusts, principals) => {
    const [id] = Object.values(trusts) as string[];
    expect(asked([], [id ?? ''], { trusts })).toEqual({ principals, concerns: [] });
    expect(asked([], [], { trusts }).principals).toEqual([]);
  });

  it.each([
    ['everybody', '*'],
    ['this account', iam('root')],
    ['this account by its number', ACCOUNT],
    ['who was deleted', 'AIDADELETED0000000001'],
  ])('%s is nobody to deny: people are told', (_, id) => {
    const { principals, concerns } = asked([], [id], { trusts: { AWS: id } });
    expect(principals).toEqual([]);
    expect(concerns.join()).toContain(id);
  });
});

it.each([
  ['*', false],
  [iam('*'), false],
  [`arn:aws:sts::${ACCOUNT}:*`, false],
  ['arn:aws:iam::*:user/x', false],
  [iam('user/*'), false],
  [iam('role/*'), false],
  [iam('root'), false],
  [iam('oidc-provider/x'), false],
  [iam('user/x'), true],
  [iam('role/*/deploy'), true],
  [iam('*', OTHER), true],
])('a plan may name %s: %s', (pattern, may) => {
  expect(isDeniable(pattern, ACCOUNT)).toBe(may);
  expect(patternsOf(pattern, { account: ACCOUNT, role: { arn: WEB } as never }) !== null).toBe(may);
});
