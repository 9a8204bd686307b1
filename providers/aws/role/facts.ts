// Facts about a role that choose the rules, each with the call that it was read from. What its trust policy says may be the thief's
// writing: it can only say what makes the response quicker.
import { paginateListRoleTags } from '@aws-sdk/client-iam';
import type { Fact } from '../../../domain/detection/detection.schema.ts';
import type { Aws } from '../clients.ts';
import type { Granted } from '../granted.ts';
import { PRIVILEGED_PERMISSIONS, privileged } from '../privileged.ts';
import { couldTagItself, heardFromTags, type Tag } from '../tags.ts';
import { notKnown, shown, type Unread, unlessDenied } from '../unread.ts';
import type { Role } from './roles.ts';

export const ROLE_FACTS_PERMISSIONS = [...PRIVILEGED_PERMISSIONS, 'iam:ListRoleTags'] as const;

/** Issuers of pipelines, as they stand in the ARN of an identity provider. */
const PIPELINES =
  /oidc-provider\/(token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|agent\.buildkite\.com|oidc\.circleci\.com)/;

export interface SeenRole {
  facts: Fact[];
  concerns: string[];
  power: string | null;
  tags: (Tag & { writable: boolean })[] | null;
  aboutTags: Unread;
}

function fromTrust({ trust, called }: Role): Fact[] {
  const entrusted = trust.entrusted ?? [];
  const say = (fact: Fact['fact'], id: string): Fact => ({
    fact,
    value: true,
    evidence: `iam:GetRole: the trust policy of the ${called} names ${shown(id)}`,
  });
  const service = entrusted.find(({ kind }) => kind === 'Service');
  const pipeline = entrusted.find(({ kind, id }) => kind === 'Federated' && PIPELINES.test(id));
  return [
    ...(service === undefined ? [] : [say('workload', service.id)]),
    ...(pipeline === undefined ? [] : [say('ciCd', pipeline.id)]),
  ];
}

export async function roleFactsOf(aws: Aws, role: Role, granted: Granted): Promise<SeenRole> {
  const power = await privileged(aws, role, granted);
  const aboutTags: Unread = new Set();
  const tags = await unlessDenied(aboutTags, `the ${role.called}`, () => tagsOfRole(aws, role.roleName));
  const writable = couldTagItself(role, granted);
  const heard = heardFromTags(role, tags ?? [], writable);
  const all = [...(power.fact === null ? [] : [power.fact]), ...fromTrust(role), ...heard.facts];
  const isTrue = (name: Fact['fact']) => all.some(({ fact, value }) => fact === name && value);
  return {
    // One that says true is believed, whoever says it.
    facts: all.filter(({ fact, value }) => value || !isTrue(fact)),
    concerns: [
      ...(isTrue('privileged') ? [] : power.concerns),
      ...notKnown(`The tags of the ${role.called} are`, aboutTags),
      ...heard.concerns,
    ],
    power: power.fact?.value === true ? power.fact.evidence : null,
    tags: tags?.map((tag) => ({ ...tag, writable })) ?? null,
    aboutTags,
  };
}

async function tagsOfRole(aws: Aws, RoleName: string): Promise<Tag[]> {
  const tags: Tag[] = [];
  for await (const page of paginateListRoleTags({ client: aws.iam }, { RoleName })) {
    for (const { Key, Value } of page.Tags ?? []) tags.push({ key: Key ?? '', value: Value ?? '' });
  }
  return tags.toSorted((a, b) => a.key.localeCompare(b.key));
}
