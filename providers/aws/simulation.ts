// Asks IAM itself what a user's policies decide, as a second witness beside what is attached.
import {
  type ContextEntry,
  type EvaluationResult,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam';
import { instant } from '../../domain/instant/instant.ts';
import type { Aws } from './clients.ts';
import type { User } from './users.ts';

export const SIMULATION_PERMISSIONS = ['iam:SimulatePrincipalPolicy'] as const;

export interface Decision {
  action: string;
  decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** Condition keys that the user's policies ask about and a simulation cannot know. */
  unknown: string[];
}

interface Question {
  actions: readonly string[];
  resource?: string;
  /** As a session made from a key of the user. */
  session?: boolean;
}

/** Known to be absent in a call with a long-lived key: not knowing them is the answer. */
const SESSION_KEYS = ['aws:tokenissuetime', 'aws:viaawsservice'];

export async function simulate(aws: Aws, user: User, question: Question): Promise<Decision[]> {
  const session: ContextEntry[] = [
    {
      ContextKeyName: 'aws:TokenIssueTime',
      ContextKeyType: 'date',
      ContextKeyValues: [instant(aws.clock.now())],
    },
    { ContextKeyName: 'aws:ViaAWSService', ContextKeyType: 'boolean', ContextKeyValues: ['false'] },
  ];
  const pages = paginateSimulatePrincipalPolicy(
    { client: aws.iam },
    {
      PolicySourceArn: user.arn,
      ActionNames: [...question.actions],
      ...(question.resource === undefined ? {} : { ResourceArns: [question.resource] }),
      ...(question.session === true ? { ContextEntries: session } : {}),
    },
  );
  const results: EvaluationResult[] = [];
  for await (const page of pages) results.push(...(page.EvaluationResults ?? []));
  return results.map((result) => ({
    action: result.EvalActionName ?? '',
    decision: result.EvalDecision ?? 'implicitDeny',
    unknown: (result.MissingContextValues ?? []).filter((key) => !SESSION_KEYS.includes(key.toLowerCase())),
  }));
}

/** Calls of three services: a deny of everything must show on each. */
const SAMPLE = ['iam:GetUser', 's3:ListAllMyBuckets', 'secretsmanager:ListSecrets'] as const;

/** Whether everything is denied outright: with a key and with a session, or with a session only. */
export async function deniedOutright(aws: Aws, user: User, how: 'key' | 'session'): Promise<boolean> {
  const decisions = await simulate(aws, user, { actions: SAMPLE, session: how === 'session' });
  return decisions.length === SAMPLE.length && decisions.every((one) => one.decision === 'explicitDeny');
}
