// Putting one of custody's policies on somebody, taking it off, and seeing whether it is worn and means what it says.
import {
  AttachUserPolicyCommand,
  DetachUserPolicyCommand,
  paginateListAttachedUserPolicies,
} from '@aws-sdk/client-iam';
import type { Aws } from './clients.ts';
import { impossible, isLimit, isMissing } from './errors.ts';
import {
  CONTENT_PERMISSIONS,
  arnOf,
  contentOf,
  type Restriction,
  requireKnown,
  WORN,
  trouble,
} from './policies.ts';
import { forbids } from './powers.ts';
import { type Statement, statementsOf } from './statement.ts';

export const ATTACHED_PERMISSIONS = ['iam:ListAttachedUserPolicies'] as const;
export const WORN_PERMISSIONS = [...CONTENT_PERMISSIONS, ...ATTACHED_PERMISSIONS] as const;
export const PUT_ON_PERMISSIONS = [...WORN_PERMISSIONS, 'iam:AttachUserPolicy'] as const;
export const TAKE_OFF_PERMISSIONS = [...ATTACHED_PERMISSIONS, 'iam:DetachUserPolicy'] as const;

/** A user or a role, to which managed policies can be attached. */
export interface Wearer {
  /** For people: `user deploy-robot`. */
  called: string;
  /** ARNs of the managed policies attached to it. */
  attached(): Promise<string[]>;
  attach(policyArn: string): Promise<unknown>;
  detach(policyArn: string): Promise<unknown>;
}

export const userWearer = (aws: Aws, UserName: string): Wearer => ({
  called: `user ${UserName}`,
  attached: () => attachedTo(aws, UserName),
  attach: (PolicyArn) => aws.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
  detach: (PolicyArn) => aws.iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
});

/** ARNs of the managed policies attached to the user itself. */
export async function attachedTo(aws: Aws, userName: string): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListAttachedUserPolicies({ client: aws.iam }, { UserName: userName })) {
    for (const policy of page.AttachedPolicies ?? []) {
      if (policy.PolicyArn !== undefined) arns.push(policy.PolicyArn);
    }
  }
  return arns;
}

export const isWorn = async (aws: Aws, wearer: Wearer, what: Restriction): Promise<boolean> =>
  (await wearer.attached()).includes(arnOf(aws, what));

export const wears = (aws: Aws, userName: string, what: Restriction): Promise<boolean> =>
  isWorn(aws, userWearer(aws, userName), what);

/** Refuses a policy of unknown content, also where it is worn already: it would only look like a restriction. */
export async function putOn(aws: Aws, wearer: Wearer, what: Restriction) {
  await requireKnown(aws, what);
  const policyArn = arnOf(aws, what);
  const wasSo = await isWorn(aws, wearer, what);
  if (!wasSo) {
    try {
      await wearer.attach(policyArn);
    } catch (error) {
      if (!isLimit(error)) throw error;
      throw impossible(
        `The ${wearer.called} has as many attached policies as AWS allows, so ${what.name} cannot be attached: detach one.`,
      );
    }
  }
  return { wasSo, evidence: { policyArn } };
}

export async function takeOff(aws: Aws, wearer: Wearer, what: Restriction) {
  const policyArn = arnOf(aws, what);
  let wasSo = !(await isWorn(aws, wearer, what));
  if (!wasSo) {
    try {
      await wearer.detach(policyArn);
    } catch (error) {
      if (!isMissing(error)) throw error;
      wasSo = true;
    }
  }
  return { wasSo, evidence: { policyArn } };
}

/** Why it is not held by this policy, in words; undefined where it is worn and its content is the known one. */
export async function unheldBy(aws: Aws, wearer: Wearer, what: Restriction): Promise<string | undefined> {
  const wrong = trouble(await contentOf(aws, what), what);
  if (wrong !== undefined) return wrong;
  return (await isWorn(aws, wearer, what)) ? undefined : `The ${wearer.called} does not wear ${what.name}.`;
}

export const notHeldBy = (aws: Aws, userName: string, what: Restriction): Promise<string | undefined> =>
  unheldBy(aws, userWearer(aws, userName), what);

/** Whether an action is denied to the user whatever the circumstances, by a policy of custody's that it wears with its known content. */
export async function heldFrom(aws: Aws, userName: string): Promise<(action: string) => boolean> {
  const held: Statement[] = [];
  const attached = await attachedTo(aws, userName);
  for (const one of WORN.filter((worn) => attached.includes(arnOf(aws, worn)))) {
    if ((await notHeldBy(aws, userName, one)) !== undefined) continue;
    held.push(...(statementsOf(encodeURIComponent(JSON.stringify(one.document))) ?? []));
  }
  return (action) => forbids(held, action);
}
