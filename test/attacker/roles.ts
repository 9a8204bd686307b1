// Roles of the account, who works as them, and a thief who holds sessions of them: real calls, with enforcement.
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { canonical } from '../../domain/encoding/canonical.ts';
import { type Estate, REGION } from '../../local/demo/estate.ts';
import type { Credentials } from '../../providers/aws/clients.ts';
import { type Answer, attempt } from './thief.ts';

export interface WorkingRole {
  roleName: string;
  arn: string;
  /** The secret that it works on. */
  workId: string;
}

export interface Session extends Credentials {
  /** Epoch milliseconds; AWS keeps whole seconds. */
  issuedAt: number;
}

export const policy = (...Statement: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });

export const allow = (Action: string | string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource });

const trusts = (AWS: string): string =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });

const SESSION_SECONDS = 3_600;

export function rolesOf({ endpoint, account, root }: Estate) {
  const configured = { endpoint, region: REGION, credentials: root };
  const iam = new IAMClient(configured);
  const secrets = new SecretsManagerClient(configured);

  const become = async (by: Credentials, { arn }: Pick<WorkingRole, 'arn'>): Promise<Session> => {
    const sts = new STSClient({ endpoint, region: REGION, credentials: by, maxAttempts: 1 });
    try {
      const { Credentials: made } = await sts.send(
        new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'session', DurationSeconds: SESSION_SECONDS }),
      );
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = made ?? {};
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        issuedAt: (Expiration?.getTime() ?? 0) - SESSION_SECONDS * 1_000,
      };
    } finally {
      sts.destroy();
    }
  };

  return {
    iam,
    /** Whoever may become a role of this account, by policies of their own. */
    anyone: `arn:aws:iam::${account}:root`,
    become,

    /** As a service does that asks until it gets one that counts: the emulator's clock cannot be moved. */
    async becomeFrom(by: Credentials, role: Pick<WorkingRole, 'arn'>, from: number): Promise<Session> {
      let session = await become(by, role);
      while (session.issuedAt < from) session = await become(by, role);
      return session;
    },

    /** A user that may become any role that lets it in. */
    async user(UserName: string): Promise<{ arn: string; key: Credentials }> {
      const { User } = await iam.send(new CreateUserCommand({ UserName }));
      const PolicyDocument = policy(allow('sts:AssumeRole'));
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'become', PolicyDocument }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
      return { arn: User?.Arn ?? '', key: { accessKeyId, secretAccessKey } };
    },

    /** `trusted`: the ARN of whoever may become it. */
    async role(RoleName: string, trusted: string, ...more: object[]): Promise<WorkingRole> {
      const workId = `${RoleName}/work`;
      const made = await iam.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: trusts(trusted),
          Tags: [{ Key: 'custody:owner', Value: 'web' }],
        }),
      );
      const secret = `arn:aws:secretsmanager:${REGION}:${account}:secret:${workId}-*`;
      const PolicyDocument = policy(allow('secretsmanager:GetSecretValue', secret), ...more);
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'work', PolicyDocument }));
      await secrets.send(new CreateSecretCommand({ Name: workId, SecretString: 'what the role works on' }));
      return { roleName: RoleName, arn: made.Role?.Arn ?? '', workId };
    },

    work: (by: Credentials, { workId }: Pick<WorkingRole, 'workId'>): Promise<Answer> =>
      attempt(endpoint, by, workId),

    /** All of a role that a containment may change, and what it must not, as canonical JSON. */
    async snapshot(RoleName: string): Promise<string> {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName }));
      const inline = await Promise.all(
        PolicyNames.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
      );
      const { AssumeRolePolicyDocument, PermissionsBoundary, MaxSessionDuration, RoleId } = Role ?? {};
      return canonical(
        JSON.parse(
          JSON.stringify({
            role: { AssumeRolePolicyDocument, PermissionsBoundary, MaxSessionDuration, RoleId },
            attached: AttachedPolicies,
            inline: inline.map(({ PolicyName, PolicyDocument }) => ({ PolicyName, PolicyDocument })),
            tags: Tags,
          }),
        ),
      );
    },
  };
}
