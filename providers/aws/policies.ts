// The two managed policies that custody attaches and detaches. They are deployed beforehand; custody only ever reads their
// content. A name is not a promise: whoever can write a policy version can make `custody-quarantine` allow everything.
import { GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { Aws } from './clients.ts';
import { impossible, isMissing } from './errors.ts';

export interface Restriction {
  name: string;
  document: Readonly<Record<string, unknown>>;
  /** Of the document's canonical form. */
  hash: string;
}

const restriction = (name: string, document: Record<string, unknown>): Restriction => ({
  name,
  document,
  hash: hashOf(document),
});

/** Denies everything: the keys of the user and every session made from them. */
export const QUARANTINE = restriction('custody-quarantine', {
  Version: '2012-10-17',
  Statement: [{ Sid: 'CustodyQuarantine', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/**
 * Denies every session of the user, and lets its long-lived keys work: a session carries `aws:TokenIssueTime`, a key does not.
 * Calls that an AWS service makes on the user's behalf carry it too, and stay allowed.
 */
export const NO_SESSIONS = restriction('custody-no-sessions', {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'CustodyNoSessions',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Null: { 'aws:TokenIssueTime': 'false' }, BoolIfExists: { 'aws:ViaAWSService': 'false' } },
    },
  ],
});

export const RESTRICTIONS: readonly Restriction[] = [QUARANTINE, NO_SESSIONS];

export const arnOf = (where: { account: string; partition: string }, { name }: Restriction): string =>
  `arn:${where.partition}:iam::${where.account}:policy/${name}`;

export const CONTENT_PERMISSIONS = ['iam:GetPolicy', 'iam:GetPolicyVersion'] as const;

export type Content = 'known' | 'altered' | 'missing';

/** Compares the default version, which is the one that AWS evaluates. */
export async function contentOf(aws: Aws, wanted: Restriction): Promise<Content> {
  try {
    const document = await defaultVersionOf(aws, arnOf(aws, wanted));
    return hashOfDocument(document) === wanted.hash ? 'known' : 'altered';
  } catch (error) {
    if (isMissing(error)) return 'missing';
    throw error;
  }
}

/** The version of a managed policy that AWS evaluates, as IAM writes it: URL-encoded JSON. */
export async function defaultVersionOf(aws: Aws, PolicyArn: string): Promise<string | undefined> {
  const { Policy } = await aws.iam.send(new GetPolicyCommand({ PolicyArn }));
  const VersionId = Policy?.DefaultVersionId;
  const { PolicyVersion } = await aws.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return PolicyVersion?.Document;
}

function hashOfDocument(document: string | undefined): string | undefined {
  try {
    return document === undefined ? undefined : hashOf(JSON.parse(decodeURIComponent(document)));
  } catch {
    // Unreadable is not what custody wrote.
    return undefined;
  }
}

/** What is wrong with the deployed policy, in words for people; undefined where its content is the known one. */
export function trouble(content: Content, { name }: Restriction): string | undefined {
  if (content === 'known') return undefined;
  return content === 'missing'
    ? `The policy ${name} does not exist in this account: deploy it first.`
    : `The default version of the policy ${name} is not the content that custody knows: somebody changed it. Restore it, and find out who did.`;
}

export async function requireKnown(aws: Aws, wanted: Restriction): Promise<void> {
  const wrong = trouble(await contentOf(aws, wanted), wanted);
  if (wrong !== undefined) throw impossible(wrong);
}
