// Asks IAM itself what the policies of a user or role decide, as a second witness beside what is attached.
import {
  type ContextEntry,
  type EvaluationResult,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam';
import { type Instant, instant } from '../../domain/instant/instant.ts';
import type { Aws } from './clients.ts';
import { ISSUE_CONDITION, ISSUE_TAG } from './issue-tag.ts';

export const SIMULATION_PERMISSIONS = ['iam:SimulatePrincipalPolicy'] as const;

export interface Decision {
  action: string;
  decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /**
   * Condition keys that any of the policies asks about and a simulation cannot know. Where there are some, only `allowed` is a word to
   * rely on: a call from elsewhere may be decided otherwise.
   */
  unknown: string[];
}

interface Question {
  actions: readonly string[];
  resource?: string;
  /** As a session that was made then. */
  issuedAt?: Instant;
  /** Of a call of custody's own: the managed policy that it attaches or detaches. */
  policyArn?: string;
  /** Whether what it is done to carries the tag of those for whom keys may be made. Left out: not known. */
  issuable?: boolean;
}

/** What AWS would put in place of `${aws:username}`; a simulation does not know it by itself. */
const nameOf = (arn: string): ContextEntry[] =>
  /:user\//.test(arn)
    ? [
        {
          ContextKeyName: 'aws:username',
          ContextKeyType: 'string',
          ContextKeyValues: [arn.split('/').at(-1) ?? ''],
        },
      ]
    : [];

/** Custody never deletes a secret without a window to restore it: of a call of its own that is known. */
const withoutForce: ContextEntry = {
  ContextKeyName: 'secretsmanager:ForceDeleteWithoutRecovery',
  ContextKeyType: 'boolean',
  ContextKeyValues: ['false'],
};

const ofCustody = (policyArn: string | undefined): ContextEntry[] =>
  policyArn === undefined
    ? []
    : [
        { ContextKeyName: 'iam:PolicyARN', ContextKeyType: 'string', ContextKeyValues: [policyArn] },
        withoutForce,
      ];

const tagged = (issuable: boolean | undefined): ContextEntry[] =>
  issuable === undefined
    ? []
    : [
        {
          ContextKeyName: ISSUE_CONDITION,
          ContextKeyType: 'string',
          // Left out, it would count as not known; and that it is not there is known.
          ContextKeyValues: [issuable ? ISSUE_TAG.value : ''],
        },
      ];

const sessionOf = (issuedAt: Instant): ContextEntry[] => [
  { ContextKeyName: 'aws:TokenIssueTime', ContextKeyType: 'date', ContextKeyValues: [issuedAt] },
  { ContextKeyName: 'aws:ViaAWSService', ContextKeyType: 'boolean', ContextKeyValues: ['false'] },
];

/** Known to be absent in a call with a long-lived key: not knowing them is the answer. */
const SESSION_KEYS = ['aws:tokenissuetime', 'aws:viaawsservice'];

/** By the ARN of an IAM user or role. A decision for each action, in any order. */
export async function simulate(aws: Aws, { arn }: { arn: string }, question: Question): Promise<Decision[]> {
  const context = [
    ...nameOf(arn),
    ...(question.issuedAt === undefined ? [] : sessionOf(question.issuedAt)),
    ...ofCustody(question.policyArn),
    ...tagged(question.issuable),
  ];
  const pages = paginateSimulatePrincipalPolicy(
    { client: aws.iam },
    {
      PolicySourceArn: arn,
      ActionNames: [...question.actions],
      ...(question.resource === undefined ? {} : { ResourceArns: [question.resource] }),
      ...(context.length === 0 ? {} : { ContextEntries: context }),
    },
  );
  const results: EvaluationResult[] = [];
  for await (const page of pages) results.push(...(page.EvaluationResults ?? []));
  return results.map(decisionOf);
}

/** AWS puts missing keys beside the decision, or, where a resource was named, under that resource and nowhere else. */
function decisionOf(result: EvaluationResult): Decision {
  const specific = result.ResourceSpecificResults ?? [];
  const missing = [result, ...specific].flatMap(({ MissingContextValues }) => MissingContextValues ?? []);
  return {
    action: result.EvalActionName ?? '',
    // One resource is asked about at a time.
    decision: specific[0]?.EvalResourceDecision ?? result.EvalDecision ?? 'implicitDeny',
    unknown: [...new Set(missing)].filter((key) => !SESSION_KEYS.includes(key.toLowerCase())),
  };
}

/** Calls of three services: a deny of everything must show on each. */
const SAMPLE = ['iam:GetUser', 's3:ListAllMyBuckets', 'secretsmanager:ListSecrets'] as const;

/** Whether all of these are denied outright to whoever calls with a key, or with a session, made now or at that moment. */
export async function deniedOutright(
  aws: Aws,
  who: { arn: string },
  how: 'key' | 'session' | { issuedAt: Instant },
  actions: readonly string[] = SAMPLE,
): Promise<boolean> {
  const asked = how === 'session' ? { issuedAt: instant(aws.clock.now()) } : how === 'key' ? {} : how;
  const decisions = await simulate(aws, who, { actions, ...asked });
  return decisions.length === actions.length && decisions.every((one) => one.decision === 'explicitDeny');
}
