// A worker's session in an account: of the role that stands there for it. Marked with the incident, so that CloudTrail tells for which
// one a call was made; and where one step is to be done, with no right that this step does not need, on nothing but its target.
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { CredentialKind } from '../../domain/provider/provider.ts';
import type { Step } from '../../domain/plan/plan.schema.ts';
import type { Credentials } from './clients.ts';
import { impossible } from './errors.ts';
import { type PolicyDocument, policyFor, type PolicyStatement, type Verb } from './permissions.ts';

export interface RoleOfWorker {
  /** With its path, the same in every account: `custody/custody-identity`. */
  role: string;
  /** What the role's trust policy asks for, so that nobody else can have a worker act for them. */
  externalId?: string;
}

export interface ForWhat {
  /** The incident's handle; null: for none, such as asking who one is. */
  handle: string | null;
  /** null: all that the role may. */
  policy: PolicyDocument | null;
}

/** The longest that AWS allows where a role becomes a role; the SDK makes another in time. */
const LASTS_S = 3_600;
/** AWS refuses a longer session policy. */
const MOST_POLICY = 2_048;

export const INCIDENT_TAG = 'custody:incident';

export const roleArn = (partition: string, account: string, role: string): string =>
  `arn:${partition}:iam::${account}:role/${role}`;

/** A provider of credentials, as the SDK wants it. */
export const sessionOf =
  (sts: STSClient, arn: string, { externalId }: RoleOfWorker, { handle, policy }: ForWhat) =>
  async (): Promise<Credentials & { expiration: Date }> => {
    const { Credentials: made } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: handle === null ? 'custody' : `custody-${handle}`,
        DurationSeconds: LASTS_S,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
        ...(handle === null ? {} : { Tags: [{ Key: INCIDENT_TAG, Value: handle }] }),
        ...(policy === null ? {} : { Policy: inText(policy) }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = made ?? {};
    if (
      AccessKeyId === undefined ||
      SecretAccessKey === undefined ||
      SessionToken === undefined ||
      Expiration === undefined
    )
      throw impossible(`AWS made no session of ${arn}.`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };

function inText(policy: PolicyDocument): string {
  const text = JSON.stringify(policy);
  if (text.length > MOST_POLICY)
    throw impossible(
      `The rights of this step take ${text.length} characters, and AWS lets a session be narrowed by ${MOST_POLICY}.`,
    );
  return text;
}

/** What one verb of a kind needs, on the targets of its step alone. */
export function policyOfStep(
  kind: Pick<CredentialKind, 'permissions'>,
  verb: Verb,
  { target: { userName, roleName, secretId, groupName } }: Pick<Step, 'target'>,
  where: { account: string; partition: string },
): PolicyDocument {
  const policy = policyFor([kind], [verb], {
    ...where,
    withinRole: true,
    // AWS tells no two users of an account apart by their path, nor groups, nor roles.
    users: userName === undefined ? [] : [userName, `*/${userName}`],
    roles: roleName === undefined ? [] : [roleName, `*/${roleName}`],
    secrets: secretId === undefined ? [] : [secretId],
    ...(groupName === undefined
      ? {}
      : { groups: [groupName, `*/${groupName}`], rejoin: [groupName, `*/${groupName}`] }),
  });
  return secretId === undefined ? policy : { ...policy, Statement: [...policy.Statement, KEYS_OF_SECRETS] };
}

/** A secret may be encrypted by a key that the role was granted; through the vault, and in no other way. */
const KEYS_OF_SECRETS: PolicyStatement = {
  Sid: 'KeysOfSecrets',
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: ['*'],
  Condition: { StringLike: { 'kms:ViaService': ['secretsmanager.*'] } },
};
