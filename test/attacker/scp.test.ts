// deploy/aws/scp-example.json in force on an account: whom it holds, administrators too, and whom it leaves to work.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../../local/checkout.mjs';
import { DEPLOYMENT } from '../../local/policies/scp.ts';
import { REGION } from '../../local/demo/estate.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import { ISSUE_TAG } from '../../providers/aws/issue-tag.ts';
import { deploy, filled } from './deployed.ts';
import { estateForThisFile } from './estate.ts';
import { type SecondAccount, secondAccount } from './second-account.ts';

const estate = estateForThisFile();
let there: SecondAccount;
/** May do everything, as far as the account's own policies go. */
let administrator: IAMClient;
let deployment: IAMClient;
let keyOfBoss: string;

const iamOf = (credentials: Credentials) =>
  new IAMClient({ endpoint: estate().endpoint, region: REGION, credentials });
const EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const keyOf = async (iam: IAMClient, UserName: string): Promise<Credentials> => {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
};

beforeAll(async () => {
  there = await secondAccount(estate().endpoint);
  const root = iamOf(there.root);
  await root.send(new CreateUserCommand({ UserName: 'administrator' }));
  const everything = { PolicyName: 'everything', PolicyDocument: EVERYTHING };
  await root.send(new PutUserPolicyCommand({ UserName: 'administrator', ...everything }));
  const key = await keyOf(root, 'administrator');
  const RoleName = 'custody-deployment';
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${there.account}:root` }, Action: 'sts:AssumeRole' },
  ];
  const made = await root.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  );
  await root.send(new PutRolePolicyCommand({ RoleName, ...everything }));
  const sts = new STSClient({ endpoint: estate().endpoint, region: REGION, credentials: key });
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({ RoleArn: made.Role?.Arn ?? '', RoleSessionName: 'deployment' }),
  );
  administrator = iamOf(key);
  deployment = iamOf({
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  });
  const workers = ['Cuts', 'Issues', 'Looks'].map((of) => [
    `${of}Worker`,
    `arn:aws:iam::${estate().account}:root`,
  ]);
  const parameters = { ...Object.fromEntries(workers), ExternalId: 'custody-of-example-com' };
  await deploy(root, filled(parameters, { account: there.account }));
  await root.send(
    new CreateUserCommand({ UserName: 'boss', Tags: [{ Key: 'custody:privileged', Value: 'true' }] }),
  );
  keyOfBoss = (await keyOf(root, 'boss')).accessKeyId;
  await root.send(new CreateUserCommand({ UserName: 'robot' }));
  const example = readFileSync(path.join(checkout, 'deploy', 'aws', 'scp-example.json'), 'utf8');
  // On AWS `aws:PrincipalArn` of a session is its role's; on the emulator, its own.
  const asSession = 'arn:aws:sts::*:assumed-role/custody-deployment/*';
  await there.hold(example.replaceAll(DEPLOYMENT, asSession));
});

const role = (name: string) => ({ RoleName: `custody-${name}` });
const quarantine = () => `arn:aws:iam::${there.account}:policy/custody-quarantine`;
const reissue = { Key: ISSUE_TAG.key, Value: ISSUE_TAG.value };

const WRITES: [string, (iam: IAMClient) => Promise<unknown>][] = [
  [
    'gives one of custody’s roles more',
    (iam) =>
      iam.send(new PutRolePolicyCommand({ ...role('cuts'), PolicyName: 'more', PolicyDocument: EVERYTHING })),
  ],
  [
    'attaches to one of them',
    (iam) =>
      iam.send(
        new AttachRolePolicyCommand({
          ...role('looks'),
          PolicyArn: quarantine(),
        }),
      ),
  ],
  [
    'lets others become one of them',
    (iam) =>
      iam.send(
        new UpdateAssumeRolePolicyCommand({
          ...role('issues'),
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
          }),
        }),
      ),
  ],
  [
    'rewrites the quarantine',
    (iam) =>
      iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: quarantine(),
          PolicyDocument: EVERYTHING,
          SetAsDefault: true,
        }),
      ),
  ],
  [
    'marks a user as one for whom keys may be made',
    (iam) => iam.send(new TagUserCommand({ UserName: 'robot', Tags: [reissue] })),
  ],
  [
    'makes a user that is so marked',
    (iam) => iam.send(new CreateUserCommand({ UserName: `robot-${WRITES.length}`, Tags: [reissue] })),
  ],
  ['makes a key of a privileged user', (iam) => iam.send(new CreateAccessKeyCommand({ UserName: 'boss' }))],
];

describe('an administrator of the account', () => {
  it.each(WRITES)('is refused who %s', async (_, write) => {
    await expect(write(administrator)).rejects.toMatchObject({
      name: expect.stringMatching(/^AccessDenied/),
    });
  });

  it('does everything else: reads, makes keys of others, cuts a privileged user', async () => {
    await administrator.send(new GetRoleCommand(role('cuts')));
    await administrator.send(new CreateAccessKeyCommand({ UserName: 'robot' }));
    await administrator.send(
      new TagUserCommand({ UserName: 'robot', Tags: [{ Key: 'team', Value: 'payments' }] }),
    );
    const cut = { UserName: 'boss', AccessKeyId: keyOfBoss, Status: 'Inactive' } as const;
    await administrator.send(new UpdateAccessKeyCommand(cut));
  });
});

describe('the deployment', () => {
  it.each(WRITES)('is let %s', async (_, write) => {
    await expect(write(deployment)).resolves.toBeDefined();
  });
});
