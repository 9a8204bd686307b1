// Tags that custody listens to. Whoever holds a stolen key may have written them, and when they were written cannot be seen: a tag
// may raise a fact to true, never say that one is false. It makes a party the owner only where the runbook says so in a row of its own
// and the identity could not have written it, and in no other way moves an incident to other hands.
import { paginateListUserTags } from '@aws-sdk/client-iam';
import type { Fact } from '../../domain/detection/detection.schema.ts';
import type { Aws } from './clients.ts';
import type { Granted } from './granted.ts';
import { reachOf, POWERS } from './powers.ts';
import { shown } from './unread.ts';
import type { Principal } from './principal.ts';
import { matches } from './wildcard.ts';

export const TAGS_PERMISSIONS = ['iam:ListUserTags'] as const;

export interface Tag {
  key: string;
  value: string;
}

/** Not here: agent, third party, human, workload, federated. They choose whose hands act, which is not the identity's to say. */
const RAISES: Readonly<Record<string, Fact['fact']>> = {
  'custody:business-critical': 'businessCritical',
  'custody:ci-cd': 'ciCd',
  'custody:externally-exposed': 'externallyExposed',
  'custody:privileged': 'privileged',
};

export const OWNER = 'custody:owner';

export async function tagsOf(aws: Aws, UserName: string): Promise<Tag[]> {
  const tags: Tag[] = [];
  for await (const page of paginateListUserTags({ client: aws.iam }, { UserName })) {
    for (const { Key, Value } of page.Tags ?? []) tags.push({ key: Key ?? '', value: Value ?? '' });
  }
  return tags.toSorted((a, b) => a.key.localeCompare(b.key));
}

type Rights = Pick<Granted, 'policies' | 'unread'>;

/** Whether it could have written its own tags. What cannot be told counts as yes; a deny or a boundary does not count as no. */
export const couldTagItself = (who: Pick<Principal, 'arn'>, granted: Rights): boolean =>
  couldWrite(who, granted, [/:role\//.test(who.arn) ? 'iam:TagRole' : 'iam:TagUser'], who.arn);

/** Whether it could have done one of these to this, by the same measure. */
export function couldWrite(
  who: Pick<Principal, 'arn'>,
  { policies, unread }: Rights,
  actions: readonly string[],
  arn: string,
): boolean {
  const own = (resource: string) => resource.includes('${') || matches(resource, arn);
  return (
    unread.size > 0 ||
    policies.some(({ statements }) =>
      statements.some(
        (one) =>
          (one.allows &&
            actions.some((action) => one.covers(action)) &&
            (one.resources?.some(own) ?? true)) ||
          // Whoever can take any right can take this one; and roles may do what is not read.
          POWERS.some((power) => reachOf(power, one, who) !== null),
      ),
    )
  );
}

export function heardFromTags(
  { called, tagsBy }: Principal,
  tags: readonly Tag[],
  couldTag: boolean,
): { facts: Fact[]; concerns: string[] } {
  const facts: Fact[] = [];
  const concerns: string[] = [];
  const writer = couldTag
    ? 'the identity itself could have written it'
    : 'its own policies let it write no tags';
  for (const { key, value } of tags.toSorted((a, b) => a.key.localeCompare(b.key))) {
    const name = key.toLowerCase();
    if (name === OWNER) {
      concerns.push(
        `The tag ${OWNER} of the ${called} says "${shown(value)}" (${writer}). ${couldTag ? 'It is a hint whom to ask, and makes nobody the owner.' : 'It makes a party the owner where the runbook has a row for it, and else is a hint whom to ask.'}`,
      );
    }
    const fact = Object.hasOwn(RAISES, name) ? RAISES[name] : undefined;
    if (fact === undefined) continue;
    if (value.toLowerCase() !== 'true') {
      concerns.push(
        `The tag ${name} of the ${called} says "${shown(value)}" and counts for nothing: a tag can only say true.`,
      );
      continue;
    }
    facts.push({ fact, value: true, evidence: `${tagsBy}: ${name}=true; ${writer}` });
    if (fact === 'businessCritical' && couldTag) {
      concerns.push(
        `That the ${called} is business-critical rests on a tag that it could have written itself: before you let its key live longer for it, ask its owner.`,
      );
    }
  }
  return { facts, concerns };
}
