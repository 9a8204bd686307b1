// What the checker finds of a role, read-only and to the last page.
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { discoverySchema } from '../../../../domain/plan/plan.schema.ts';
import { ACCOUNT, REGION } from '../../../../local/demo/estate.ts';
import { connect } from '../../../../providers/aws/clients.ts';
import { sorted } from '../../../../providers/aws/errors.ts';
import { awsProviderOver } from '../../../../providers/aws/provider.ts';
import { MOST_CHAINED } from '../../../../providers/aws/role/chains.ts';
import { estateForThisFile } from '../../../attacker/estate.ts';
import { allow, policy, rolesOf } from '../../../attacker/roles.ts';
import { workersOf } from '../course.ts';
import { inPagesOfOne } from '../paged.ts';
import type { Watched } from '../watched.ts';

const estate = estateForThisFile();
let roles: ReturnType<typeof rolesOf>;
beforeAll(() => {
  roles = rolesOf(estate());
});

const about = (reference: string, credentials: string[] = []) => ({
  id: 'discover-1',
  incident: 'incident/x',
  firstRun: 'run-1',
  identity: { provider: 'aws', account: ACCOUNT, kind: 'iam-role', reference },
  credentials,
  secret: null,
});
const ask = async (reference: string, credentials: string[] = []) =>
  discoverySchema.parse(await workersOf(estate()).checker.discover(about(reference, credentials)));
const cutOffsIn = ({ proposals }: Awaited<ReturnType<typeof ask>>) =>
  (proposals.cut ?? [])
    .filter(({ kind, verb }) => kind === 'aws/role-session-cut-off' && verb === 'apply')
    .map(({ target }) => target['roleName']);

describe('a role', () => {
  it('is found with who can become it, what carries it, and what it was asked about', async () => {
    const { arn } = await roles.user('carried-service');
    await roles.role('carried', arn);
    await roles.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'carrier' }));
    await roles.iam.send(
      new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'carrier', RoleName: 'carried' }),
    );
    const found = await ask('carried', ['ASIACARRIED000000001']);
    expect(found.identity).toEqual({
      provider: 'aws',
      account: ACCOUNT,
      kind: 'iam-role',
      reference: 'carried',
    });
    expect(found.waysIn.map(({ kind, id, stolen }) => ({ kind, id, stolen }))).toEqual([
      { kind: 'role-session', id: 'ASIACARRIED000000001', stolen: true },
      { kind: 'trust', id: arn, stolen: false },
      { kind: 'instance-profile', id: 'carrier', stolen: false },
    ]);
    expect(found.concerns.join('\n')).toContain(`gets new sessions after the lift: ${arn}`);
    expect(found.consumers?.join('\n')).toMatch(
      /Its sessions live up to 60 minutes[^]*the instance profile carrier/,
    );
    expect(Object.keys(found.proposals)).toEqual(['cut', 'restrict']);
    expect(found.concerns.join('\n')).toContain('replace-then-cut is not possible');
  });

  it('that does not exist is nobody', async () => {
    expect(await ask('nobody')).toMatchObject({ identity: null, proposals: {} });
  });

  it('of a service is left to it, and it is said what else would help', async () => {
    const { Role } = await roles.iam.send(
      new CreateServiceLinkedRoleCommand({ AWSServiceName: 'autoscaling.amazonaws.com' }),
    );
    const found = await ask(Role?.RoleName ?? '');
    expect(found.proposals).toEqual({});
    expect(found.concerns).toEqual([expect.stringMatching(/only that service .* What helps:/)]);
  });

  it('of Identity Center is left to whoever runs that', async () => {
    await roles.iam.send(
      new CreateRoleCommand({
        RoleName: 'AWSReservedSSO_Admin_0123456789abcdef',
        Path: '/aws-reserved/sso.amazonaws.com/',
        AssumeRolePolicyDocument: policy({
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/sso` },
          Action: 'sts:AssumeRoleWithSAML',
        }),
      }),
    );
    const found = await ask('AWSReservedSSO_Admin_0123456789abcdef');
    expect(found.proposals).toEqual({});
    expect(found.concerns).toEqual([
      expect.stringMatching(/whoever runs Identity Center must\. What helps:/),
    ]);
  });

  it('says what its policies, its tags and its trust say of it', async () => {
    await roles.iam.send(
      new CreateRoleCommand({
        RoleName: 'pipeline',
        AssumeRolePolicyDocument: policy(
          {
            Effect: 'Allow',
            Principal: {
              Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
            },
            Action: 'sts:AssumeRoleWithWebIdentity',
          },
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ),
      }),
    );
    await roles.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'pipeline',
        PolicyName: 'rights',
        PolicyDocument: policy(allow('iam:AttachRolePolicy')),
      }),
    );
    await roles.iam.send(
      new TagRoleCommand({
        RoleName: 'pipeline',
        Tags: [{ Key: 'custody:business-critical', Value: 'true' }],
      }),
    );
    const found = await ask('pipeline');
    expect(found.facts.map(({ fact, value, evidence }) => `${fact} ${value}: ${evidence}`)).toEqual([
      'privileged true: iam:GetRolePolicy: rights: statement 1 allows iam:AttachRolePolicy on *',
      'workload true: iam:GetRole: the trust policy of the role pipeline names lambda.amazonaws.com',
      `ciCd true: iam:GetRole: the trust policy of the role pipeline names arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
      'businessCritical true: iam:ListRoleTags: custody:business-critical=true; the identity itself could have written it',
    ]);
    expect(found.findings?.map(({ kind }) => kind)).toEqual(['over-privileged', 'no-owner']);
    expect(found.tags).toEqual([{ key: 'custody:business-critical', value: 'true', writable: true }]);
  });
});

describe('chains', () => {
  it('are followed from role to role, by name and by the account, and round again', async () => {
    const { arn } = await roles.user('chained-service');
    const at = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
    await roles.role('chain-a', arn, allow('sts:AssumeRole', at('chain-b')));
    await roles.role('chain-b', roles.anyone, allow('sts:Assume*', at('chain-c*')));
    await roles.role('chain-c', roles.anyone, allow('sts:AssumeRole', 'arn:aws:iam::999999999999:role/far'));
    await roles.role('chain-named', at('chain-c'));
    await roles.role('chain-not-allowed', roles.anyone);
    await roles.role('chain-of-another', at('chain-not-allowed'));
    const found = await ask('chain-a');
    expect(cutOffsIn(found)).toEqual(['chain-a', 'chain-b', 'chain-c', 'chain-named']);
    expect(found.concerns.join('\n')).toContain('chain-b, chain-c, chain-named');
    expect(found.concerns.join('\n')).toContain('arn:aws:iam::999999999999:role/far');
  });

  it('count what a managed policy allows', async () => {
    const { arn } = await roles.user('managed-service');
    await roles.role('managed', arn);
    const target = await roles.role('managed-target', roles.anyone);
    expect(cutOffsIn(await ask('managed'))).toEqual(['managed']);
    const { Policy } = await roles.iam.send(
      new CreatePolicyCommand({
        PolicyName: 'becoming',
        PolicyDocument: policy(allow('sts:AssumeRole', target.arn)),
      }),
    );
    await roles.iam.send(new AttachRolePolicyCommand({ RoleName: 'managed', PolicyArn: Policy?.Arn }));
    expect(cutOffsIn(await ask('managed'))).toEqual(['managed', 'managed-target']);
  });

  it('that are longer than a plan are told, not hidden', async () => {
    const { arn } = await roles.user('wide-service');
    await roles.role('wide', arn, allow('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/wide-*`));
    const AssumeRolePolicyDocument = policy({
      Effect: 'Allow',
      Principal: { AWS: roles.anyone },
      Action: 'sts:AssumeRole',
    });
    for (let index = 0; index <= MOST_CHAINED; index += 1) {
      const RoleName = `wide-${String(index).padStart(2, '0')}`;
      await roles.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    }
    const found = await ask('wide');
    expect(cutOffsIn(found)).toHaveLength(MOST_CHAINED + 1);
    expect(found.concerns.join('\n')).toContain(
      `beyond the ${MOST_CHAINED} that it names, end sessions by hand`,
    );
  });
});

describe('of a user', () => {
  const askUser = async (change: (worker: Watched) => void = () => {}) => {
    const { checker } = workersOf(estate());
    change(checker);
    const identity = { provider: 'aws', account: ACCOUNT, kind: 'iam-user', reference: 'becoming' };
    const found = await checker.discover({ ...about('becoming'), identity });
    return found.concerns.filter((concern) => concern.includes('can become'));
  };

  it('the roles that it can become, but of which no use is on record, are told and left alone', async () => {
    const { User } = await roles.iam.send(new CreateUserCommand({ UserName: 'becoming' }));
    const near = await roles.role('becoming-near', User?.Arn ?? '');
    await roles.role('becoming-next', near.arn);
    const [told, ...more] = await askUser();
    expect(more).toEqual([]);
    expect(told).toMatch(/can become becoming-near too\. No use since .* open an incident about each/);
  });

  it('it is said where they could not be listed', async () => {
    const [told] = await askUser((checker) => {
      checker.interference = {
        before: (call) => {
          if (call !== 'iam:ListRoles') return;
          throw sorted(
            Object.assign(new Error(), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }),
            call,
          );
        },
      };
    });
    expect(told).toMatch(/Which roles the user becoming can become is not known: iam:ListRoles is denied/);
  });
});

it('is the same however AWS cuts its lists into pages', async () => {
  const { arn } = await roles.user('paged-service');
  const second = await roles.role('paged-second', roles.anyone);
  await roles.role('paged', arn, allow('sts:AssumeRole', second.arn));
  for (const name of ['one', 'two']) {
    await roles.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'paged',
        PolicyName: name,
        PolicyDocument: policy(allow('s3:ListBucket')),
      }),
    );
    const { Policy } = await roles.iam.send(
      new CreatePolicyCommand({
        PolicyName: `paged-${name}`,
        PolicyDocument: policy(allow('s3:ListBucket')),
      }),
    );
    await roles.iam.send(new AttachRolePolicyCommand({ RoleName: 'paged', PolicyArn: Policy?.Arn }));
    await roles.iam.send(new TagRoleCommand({ RoleName: 'paged', Tags: [{ Key: name, Value: 'x' }] }));
    await roles.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: `paged-${name}` }));
    await roles.iam.send(
      new AddRoleToInstanceProfileCommand({ InstanceProfileName: `paged-${name}`, RoleName: 'paged' }),
    );
  }
  const whole = await ask('paged');
  const aws = connect({
    account: ACCOUNT,
    region: REGION,
    endpoint: estate().endpoint,
    credentials: estate().checker,
  });
  const turned = inPagesOfOne(aws);
  expect(await awsProviderOver(aws).discover(about('paged'))).toEqual({
    ...whole,
    // When it was read differs.
    activity: expect.anything(),
  });
  expect([...turned].toSorted()).toEqual([
    'ListAttachedRolePolicies',
    'ListInstanceProfilesForRole',
    'ListRolePolicies',
    'ListRoleTags',
    'ListRoles',
    'SimulatePrincipalPolicy',
  ]);
});
