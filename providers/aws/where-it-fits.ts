// Where each of custody's policies fits on a user or role: attached; where no attachment is free, inline; or nowhere, until somebody makes
// room. What is on already stays where it is, so that a second look proposes the same.
import type { Aws } from './clients.ts';
import { arnOf, isContentOf, type Restriction, WORN } from './policies.ts';
import { unlessDenied } from './unread.ts';
import { inlineCharacters, type Way, type Wearer } from './wearing.ts';

/** AWS's default; an account may have been given more. */
const ATTACHED_POLICIES = 10;

export interface Fits {
  /** Where it is to be put on. What fits nowhere is to be attached, once there is room. */
  wayOf(policy: Restriction): Way;
  /** One more can be attached beside what is on: also where it is on already. */
  attachable(policy: Restriction): boolean;
  /** What is on already, by an inline policy. */
  isInline(policy: Restriction): boolean;
  /** `The user x has 10 attached policies, and AWS allows …` */
  has: string;
  /** Those that fit nowhere, and in words what is to be done; null: there are none. */
  noRoom: { for: readonly Restriction[]; says: string } | null;
  /** Those that fit as inline policies alone, and the kinds that write these; null: there are none. */
  byInline: { for: readonly Restriction[]; kinds: string[]; says: string } | null;
  concerns: string[];
}

export interface Fitting {
  /** Those that are on at the same time, the first first. */
  together: readonly Restriction[];
  /** ARNs of what is attached. */
  attached: readonly string[];
  /** Characters that another inline policy of custody's will take. */
  keepFree: number;
  /** Kinds that write them as inline policies. */
  inlineKinds: ReadonlyMap<Restriction, string>;
}

export async function whereItFits(
  aws: Aws,
  wearer: Wearer,
  { together, attached, keepFree, inlineKinds }: Fitting,
): Promise<Fits> {
  const isAttached = (policy: Restriction) => attached.includes(arnOf(aws, policy));
  const written = await inlineOnes(wearer);
  const isInline = (policy: Restriction) => written.includes(policy);
  let free = ATTACHED_POLICIES - attached.length;
  const { called, mostInline } = wearer;
  const toAttach: Restriction[] = [];
  const others: Restriction[] = [];
  for (const policy of together) {
    if (isAttached(policy) || isInline(policy)) continue;
    if (free <= 0) others.push(policy);
    else {
      toAttach.push(policy);
      free -= 1;
    }
  }
  const inline: Restriction[] = [];
  const nowhere: Restriction[] = [];
  // Only where it matters: each is a call.
  const taken =
    others.length === 0 ? 0 : await unlessDenied(new Set(), called, () => inlineCharacters(wearer, ''));
  let room = taken === null ? 0 : mostInline - taken - keepFree;
  for (const policy of others) {
    const needed = JSON.stringify(policy.document).length;
    (needed <= room ? inline : nowhere).push(policy);
    if (needed <= room) room -= needed;
  }
  const has = `The ${called} has ${attached.length} attached policies, and AWS allows ${ATTACHED_POLICIES} unless the account was given more`;
  const names = (policies: readonly Restriction[]) => policies.map(({ name }) => name).join(' and ');
  const noRoom =
    nowhere.length === 0
      ? null
      : {
          for: nowhere,
          says: `${has}; its inline policies${taken === null ? ' could not be read' : ` have ${taken} characters of ${mostInline}`}: there is no room for ${names(nowhere)}, so detach some, ${nowhere.length} more are needed.`,
        };
  const kindsFor = inline.map((policy) => inlineKinds.get(policy) ?? '');
  const byInline =
    inline.length === 0
      ? null
      : {
          for: inline,
          kinds: kindsFor,
          says: `${has}: ${names(inline)} is written into it as an inline policy, by the executor for ${kindsFor.join(' and ')}. Where the runbook names none, detach ${inline.length} first.`,
        };
  return {
    has,
    byInline,
    noRoom,
    wayOf: (policy) =>
      !isAttached(policy) && (isInline(policy) || inline.includes(policy)) ? 'inline' : 'attached',
    attachable: (policy) => isAttached(policy) || attached.length < ATTACHED_POLICIES,
    isInline,
    concerns: [...(byInline === null ? [] : [byInline.says]), ...(noRoom === null ? [] : [noRoom.says])],
  };
}

async function inlineOnes(wearer: Wearer): Promise<Restriction[]> {
  const names = (await unlessDenied(new Set(), wearer.called, () => wearer.inline())) ?? [];
  const found: Restriction[] = [];
  for (const policy of WORN.filter(({ name }) => names.includes(name))) {
    const document = await unlessDenied(new Set(), policy.name, () => wearer.document(policy.name));
    if (isContentOf(document ?? undefined, policy)) found.push(policy);
  }
  return found;
}
