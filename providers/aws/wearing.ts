// Putting one of custody's policies on somebody, taking it off, and seeing whether it is worn and means what it says. It is attached, as it
// was deployed; or, where no attachment is free, written into the user or role itself, as an inline policy of the same name and content.
import {
  AttachUserPolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserPolicyCommand,
  paginateListAttachedUserPolicies,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from './clients.ts';
import { impossible, isLimit, isMissing } from './errors.ts';
import {
  CONTENT_PERMISSIONS,
  arnOf,
  contentOf,
  isContentOf,
  type Restriction,
  requireKnown,
  WORN,
  trouble,
} from './policies.ts';
import { inlineOf } from './policy-lists.ts';
import { forbids } from './powers.ts';
import { type Statement, statementsOf } from './statement.ts';

export const ATTACHED_PERMISSIONS = ['iam:ListAttachedUserPolicies'] as const;
const READ_INLINE_PERMISSIONS = ['iam:GetUserPolicy'] as const;
export const WORN_PERMISSIONS = [...CONTENT_PERMISSIONS, ...ATTACHED_PERMISSIONS] as const;
/** Worn in whichever way. */
export const HELD_PERMISSIONS = [...WORN_PERMISSIONS, ...READ_INLINE_PERMISSIONS] as const;

/** What is done in one of the two ways. */
export interface FasteningPermissions {
  putOn: readonly string[];
  takeOff: readonly string[];
  see: readonly string[];
}

export const USER_FASTENING: Record<Way, FasteningPermissions> = {
  attached: {
    putOn: [...WORN_PERMISSIONS, 'iam:AttachUserPolicy'],
    takeOff: [...ATTACHED_PERMISSIONS, 'iam:DetachUserPolicy'],
    // When it is off, the deny on sessions is seen instead, in whichever way.
    see: HELD_PERMISSIONS,
  },
  inline: {
    putOn: [...READ_INLINE_PERMISSIONS, 'iam:ListUserPolicies', 'iam:PutUserPolicy'],
    takeOff: [...READ_INLINE_PERMISSIONS, 'iam:DeleteUserPolicy'],
    see: HELD_PERMISSIONS,
  },
};

export type Way = 'attached' | 'inline';

/** A user or role, to which managed policies can be attached, and which has inline ones. */
export interface Wearer {
  /** For people: `user deploy-robot`. */
  called: string;
  /** ARNs of the managed policies attached to it. */
  attached(): Promise<string[]>;
  attach(policyArn: string): Promise<unknown>;
  detach(policyArn: string): Promise<unknown>;
  /** As many characters as AWS allows its inline policies together, white space not counted. */
  mostInline: number;
  /** Names of its inline policies. */
  inline(): Promise<string[]>;
  /** URL-encoded JSON; undefined where it has none of this name, or does not exist. */
  document(name: string): Promise<string | undefined>;
  write(name: string, document: string): Promise<unknown>;
  erase(name: string): Promise<unknown>;
}

/** IAM's quota (IAM and AWS STS quotas: user inline policies). */
const USER_INLINE_CHARACTERS = 2_048;

export const userWearer = (aws: Aws, UserName: string): Wearer => ({
  called: `user ${UserName}`,
  attached: () => attachedTo(aws, UserName),
  attach: (PolicyArn) => aws.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
  detach: (PolicyArn) => aws.iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
  mostInline: USER_INLINE_CHARACTERS,
  inline: () => inlineOf(aws, UserName),
  document: (PolicyName) => unlessMissing(aws.iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))),
  write: (PolicyName, PolicyDocument) =>
    aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
  erase: (PolicyName) => aws.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
});

async function unlessMissing(
  asked: Promise<{ PolicyDocument?: string | undefined }>,
): Promise<string | undefined> {
  try {
    return (await asked).PolicyDocument;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

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

const isAttached = async (aws: Aws, wearer: Wearer, what: Restriction): Promise<boolean> =>
  (await wearer.attached()).includes(arnOf(aws, what));

/** With the known content, which is what makes it custody's. */
const isInline = async (wearer: Wearer, what: Restriction): Promise<boolean> =>
  isContentOf(await wearer.document(what.name), what);

export const isWorn = async (aws: Aws, wearer: Wearer, what: Restriction): Promise<boolean> =>
  (await isAttached(aws, wearer, what)) || (await isInline(wearer, what));

export const wears = (aws: Aws, userName: string, what: Restriction): Promise<boolean> =>
  isWorn(aws, userWearer(aws, userName), what);

/** Of all inline policies but the one of this name. */
export async function inlineCharacters(wearer: Wearer, but: string): Promise<number> {
  let count = 0;
  for (const name of await wearer.inline()) {
    if (name === but) continue;
    count += decodeURIComponent((await wearer.document(name)) ?? '').replaceAll(/\s/g, '').length;
  }
  return count;
}

type Done = Promise<{ wasSo: boolean; evidence: Record<string, string> }>;

export interface Fastening {
  isOn(aws: Aws, wearer: Wearer, what: Restriction): Promise<boolean>;
  putOn(aws: Aws, wearer: Wearer, what: Restriction): Done;
  takeOff(aws: Aws, wearer: Wearer, what: Restriction): Done;
  /** Why it is not held by this policy in this way, in words; undefined where it is on and its content is the known one. */
  unheld(aws: Aws, wearer: Wearer, what: Restriction): Promise<string | undefined>;
  /** `custody-quarantine is attached` */
  inWords: string;
}

const notWorn = ({ called }: Wearer, { name }: Restriction) => `The ${called} does not wear ${name}.`;

const attached: Fastening = {
  inWords: 'is attached',
  isOn: isAttached,

  /** Refuses a policy of unknown content, also where it is worn already: it would only look like a restriction. */
  async putOn(aws, wearer, what) {
    await requireKnown(aws, what);
    const policyArn = arnOf(aws, what);
    const wasSo = await isAttached(aws, wearer, what);
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
  },

  async takeOff(aws, wearer, what) {
    const policyArn = arnOf(aws, what);
    let wasSo = !(await isAttached(aws, wearer, what));
    if (!wasSo) {
      try {
        await wearer.detach(policyArn);
      } catch (error) {
        if (!isMissing(error)) throw error;
        wasSo = true;
      }
    }
    return { wasSo, evidence: { policyArn } };
  },

  async unheld(aws, wearer, what) {
    const wrong = trouble(await contentOf(aws, what), what);
    if (wrong !== undefined) return wrong;
    return (await isAttached(aws, wearer, what)) ? undefined : notWorn(wearer, what);
  },
};

const inline: Fastening = {
  inWords: 'is an inline policy',
  isOn: async (_, wearer, { name }) => (await wearer.document(name)) !== undefined,

  async putOn(_, wearer, what) {
    const { name: policyName } = what;
    const evidence = { policyName };
    if (await isInline(wearer, what)) return { wasSo: true, evidence };
    const document = JSON.stringify(what.document);
    const full = `The inline policies of the ${wearer.called} leave no room for ${policyName}: AWS allows ${wearer.mostInline} characters together. Detach one of its managed policies or delete an inline one, then have it looked at again.`;
    if ((await inlineCharacters(wearer, policyName)) + document.length > wearer.mostInline)
      throw impossible(full);
    try {
      await wearer.write(policyName, document);
    } catch (error) {
      if (!isLimit(error)) throw error;
      throw impossible(full);
    }
    return { wasSo: false, evidence };
  },

  async takeOff(_, wearer, what) {
    const { name: policyName } = what;
    const gone = { wasSo: true, evidence: { policyName } };
    const document = await wearer.document(policyName);
    if (document === undefined) return gone;
    if (!isContentOf(document, what)) {
      throw impossible(
        `The inline policy ${policyName} of the ${wearer.called} is not as custody wrote it: find out who changed it, and remove it by hand.`,
      );
    }
    try {
      await wearer.erase(policyName);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return gone;
    }
    return { ...gone, wasSo: false };
  },

  unheld: async (_, wearer, what) => ((await isInline(wearer, what)) ? undefined : notWorn(wearer, what)),
};

export const FASTENINGS: Record<Way, Fastening> = { attached, inline };

/** Why it is not held by this policy in either way, in words; undefined where it is. */
export async function notHeldBy(aws: Aws, userName: string, what: Restriction): Promise<string | undefined> {
  const wearer = userWearer(aws, userName);
  const unheld = await attached.unheld(aws, wearer, what);
  return unheld === undefined || (await isInline(wearer, what)) ? undefined : unheld;
}

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
