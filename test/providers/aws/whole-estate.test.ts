// A look at a whole account: everybody in it to the last page, at a pace, and what would stop a cut today.
import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeletePolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { identityOf, workflowIdOf } from '../../../domain/identity/identity.ts';
import { type Discovery, discoverySchema } from '../../../domain/plan/plan.schema.ts';
import type { Estate } from '../../../domain/provider/provider.ts';
import { ACCOUNT, REGION, workload } from '../../../local/demo/estate.ts';
import { type Clock, connect } from '../../../providers/aws/clients.ts';
import { arnOf, QUARANTINE, QUARANTINE_AUTO, RESTRICTED } from '../../../providers/aws/policies.ts';
import { awsProviderOver } from '../../../providers/aws/provider.ts';
import { estateForThisFile } from '../../attacker/estate.ts';
import { policy } from '../../attacker/roles.ts';
import { workersOf } from './course.ts';
import { inPagesOfOne } from './paged.ts';

const estate = estateForThisFile();
let iam: IAMClient;
beforeAll(() => {
  iam = new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials: estate().root });
});

const key = (kind: string, reference: string) => `aws/${ACCOUNT}/${kind}/${reference}`;

async function listed({ everyone }: Estate): Promise<string[]> {
  const keys: string[] = [];
  for await (const one of everyone()) keys.push(one);
  return keys;
}

async function look({ discover }: Estate, about: string): Promise<Discovery> {
  const identity = identityOf(about);
  const found = await discover({
    id: 'look',
    incident: workflowIdOf(identity),
    firstRun: 'none',
    identity,
    credentials: [],
    secret: null,
  });
  return discoverySchema.parse(found);
}

const checker = () => workersOf(estate()).checker;

/** The checker's own clients, with a clock that tells for how long it was asked to wait. */
function counting() {
  const pauses: number[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    async pause(ms) {
      pauses.push(ms);
      now += ms;
    },
  };
  const { endpoint, checker: credentials } = estate();
  const aws = connect({ account: ACCOUNT, region: REGION, endpoint, credentials, clock });
  return { aws, pauses };
}

describe('everybody', () => {
  it('is the root, every user and every role, to the last page, by the permissions that are declared', async () => {
    const trust = policy({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    for (const RoleName of ['web', 'batch'])
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    const whole = await listed(checker().estate());
    expect(whole).toEqual(
      expect.arrayContaining([
        key('root', 'root'),
        key('iam-user', estate().user),
        key('iam-user', 'custody-checker'),
        key('iam-role', 'web'),
        key('iam-role', 'batch'),
      ]),
    );
    const { aws } = counting();
    const turned = inPagesOfOne(aws);
    expect(await listed(awsProviderOver(aws).estate())).toEqual(whole);
    expect([...turned].toSorted()).toEqual(['ListRoles', 'ListUsers']);
  });
});

describe('an account that the credentials are not of', () => {
  it('is not listed: whoever is there would be counted under a name that is not theirs', async () => {
    const { endpoint, checker: credentials } = estate();
    const { clock } = counting().aws;
    const aws = connect({ account: '210987654321', region: REGION, endpoint, credentials, clock });
    await expect(listed(awsProviderOver(aws).estate())).rejects.toMatchObject({
      sort: 'impossible',
      message: expect.stringMatching(/belong to another account than 210987654321/),
    });
  });
});

describe('the pace', () => {
  it('leaves room between two calls, and reads what many have in common once', async () => {
    const { aws, pauses } = counting();
    const calls: string[] = [];
    aws.iam.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          calls.push(commandName);
          return next(args);
        },
      { step: 'initialize', name: 'counted' },
    );
    const whole = awsProviderOver(aws).estate();
    await look(whole, key('iam-user', estate().user));
    const first = calls.length;
    expect(calls.filter((name) => name === 'GetPolicyCommand').length).toBeGreaterThanOrEqual(4);
    await look(whole, key('iam-user', 'custody-checker'));
    const second = calls.slice(first);
    expect(second).toContain('GetUserCommand');
    expect(second).not.toContain('ListRolesCommand');
    const own = second.filter((name) => name === 'GetPolicyCommand');
    expect(own.length).toBeLessThanOrEqual(1);
    expect(pauses.length).toBeGreaterThanOrEqual(calls.length - 1);
    expect(pauses.every((ms) => ms === 50)).toBe(true);
  });

  it('asks again where AWS is busy, and does not keep what failed', async () => {
    const { aws, pauses } = counting();
    let busy = 2;
    aws.iam.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'GetPolicyCommand' && busy > 0) {
            busy -= 1;
            throw Object.assign(new Error(), { name: 'Throttling', $metadata: { httpStatusCode: 400 } });
          }
          return next(args);
        },
      { step: 'build', name: 'busy' },
    );
    const found = await look(awsProviderOver(aws).estate(), key('iam-user', estate().user));
    expect(busy).toBe(0);
    expect(found.obstacles).toEqual([]);
    expect(pauses.filter((ms) => ms >= 1_000)).toEqual([1_000, 2_000]);
  });

  it('does not look up what they did', async () => {
    const workers = checker();
    const found = await look(workers.estate(), key('iam-user', estate().user));
    expect(workers.calls.filter((call) => call.startsWith('cloudtrail:'))).toEqual([]);
    expect(found.activity?.unread).toEqual(['It is not looked up.']);
  });
});

describe('what stops a cut', () => {
  const obstaclesOf = async (about: string) => (await look(checker().estate(), about)).obstacles ?? [];

  it('is nothing where all is deployed and there is room', async () => {
    expect(await obstaclesOf(key('iam-user', estate().user))).toEqual([]);
    expect(await obstaclesOf(key('iam-role', 'web'))).toEqual([]);
  });

  it('is a quota, for what needs more room than there is', async () => {
    const { user } = await workload(estate().endpoint, 'deploy-robot-full');
    for (let i = 0; i < 9; i += 1) {
      const { Policy } = await iam.send(
        new CreatePolicyCommand({
          PolicyName: `full-${i}`,
          PolicyDocument: policy({
            Effect: 'Allow',
            Action: 's3:ListBucket',
            Resource: `arn:aws:s3:::b${i}`,
          }),
        }),
      );
      await iam.send(new AttachUserPolicyCommand({ UserName: user, PolicyArn: Policy?.Arn ?? '' }));
    }
    const [byInline, automatic, ...others] = await obstaclesOf(key('iam-user', user));
    expect(others).toEqual([]);
    expect(byInline).toMatchObject({
      kind: 'quota',
      says: expect.stringMatching(/10 attached policies/),
      unlessTaken: ['aws/inline-quarantine', 'aws/inline-no-sessions'],
    });
    // The quota is full: one more is too much, too.
    expect(byInline?.stops.toSorted()).toEqual(['cut', 'replace-then-cut', 'restrict']);
    expect(automatic).toMatchObject({ kind: 'quota', stops: ['automatic'] });
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/full-0`;
    await iam.send(new DetachUserPolicyCommand({ UserName: user, PolicyArn }));
    const [room] = await obstaclesOf(key('iam-user', user));
    expect(room).toMatchObject({ stops: ['cut', 'restrict'], unlessTaken: ['aws/inline-no-sessions'] });
  });

  it('is AWS itself, and who else can act', async () => {
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'guardduty.amazonaws.com' }));
    const linked = (await listed(checker().estate())).find((one) => one.includes('AWSServiceRole')) ?? '';
    for (const [about, says] of [
      [linked, /linked to a service/],
      [key('root', 'root'), /root user/],
    ] as const) {
      const [only] = await obstaclesOf(about);
      expect(only).toMatchObject({ kind: 'unchangeable', says: expect.stringMatching(says) });
      expect(only?.stops).toContain('cut');
    }
  });

  it('is a policy that is not there, or not as it was deployed', async () => {
    const of = (one: typeof QUARANTINE) => arnOf({ account: ACCOUNT, partition: 'aws' }, one);
    const PolicyDocument = policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' });
    await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn: of(QUARANTINE), PolicyDocument, SetAsDefault: true }),
    );
    await iam.send(new DeletePolicyCommand({ PolicyArn: of(RESTRICTED) }));
    await iam.send(new DeletePolicyCommand({ PolicyArn: of(QUARANTINE_AUTO) }));
    const stopped = async (about: string) =>
      (await obstaclesOf(about)).map(({ kind, says, stops }) => [
        kind,
        /custody-[a-z-]+/.exec(says)?.[0],
        ...stops,
      ]);
    expect(await stopped(key('iam-user', estate().user))).toEqual([
      ['policy', 'custody-quarantine', 'cut'],
      ['policy', 'custody-restricted', 'restrict'],
      ['policy', 'custody-quarantine-auto', 'automatic'],
    ]);
    expect(await stopped(key('iam-role', 'web'))).toEqual([
      ['policy', 'custody-quarantine', 'cut'],
      ['policy', 'custody-restricted', 'restrict'],
    ]);
  });
});
