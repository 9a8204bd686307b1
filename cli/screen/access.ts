// What an identity can reach, some lines of it: groups, policies, roles one after another, where its keys are kept, and what was not
// read. Pure. `--json` has all of it.
import type { Access } from '../../domain/access/access.schema.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import { columns, indented } from './columns.ts';

const MOST = 5;

type Shown = Pick<IncidentView, 'access' | 'tags'>;

export function accessLines({ access, tags }: Shown): string[] {
  if (access === null) return [];
  const { groups, policies, boundary, roles, elsewhere, secrets, organisation, unread } = access;
  const rows: [what: string, lines: string[]][] = [
    ['groups', some(groups, (group) => group)],
    ['policies', some(policies, policySays)],
    ['held to', boundary === null ? [] : [`the permissions boundary ${boundary.name}${isRead(boundary)}`]],
    ['roles', some(roles, roleSays)],
    ['of other accounts', some(elsewhere, (role) => role)],
    ['keys kept in', some(secrets, ({ secret, by }) => `${secret} (${KEPT[by]})`)],
    ['organisation', organisation === null ? [] : organisationSays(organisation)],
    ['tags', some({ first: tags, more: 0 }, ({ key, value }) => `${key}=${value}`)],
    ['not read', unread],
  ];
  return [
    'What it can reach',
    ...indented(
      columns(rows.flatMap(([what, lines]) => lines.map((line, at) => [at === 0 ? what : '', line]))),
    ),
  ];
}

function some<One>(
  { first, more }: { first: readonly One[]; more: number },
  says: (one: One) => string,
): string[] {
  const left = Math.max(0, first.length - MOST) + more;
  return [...first.slice(0, MOST).map(says), ...(left === 0 ? [] : [`and ${left} more`])];
}

const isRead = ({ read }: { read: boolean }): string => (read ? '' : ', which was not read');

const policySays = (policy: Access['policies']['first'][number]): string =>
  `${policy.name} (${policy.how}${policy.group === null ? '' : `, of the group ${policy.group}`})${isRead(policy)}`;

const organisationSays = ({ id, management, policies }: Organisation): string[] =>
  management
    ? [`${id}, of which this is the management account: no service control policy holds it`]
    : [id, ...some(policies, ({ name, on }) => `policy ${name} on ${on}`)];

type Organisation = NonNullable<Access['organisation']>;
type Role = Access['roles']['first'][number];

/** Both sides, since one of them alone may let it in. */
const roleSays = ({ role, by, trust, policies }: Role): string =>
  `${role}: by the ${by} (${TRUST[trust]}, ${ALLOWANCE[policies]})`;

const TRUST: Record<Role['trust'], string> = {
  itself: 'the trust policy names it',
  anybody: 'the trust policy lets in anybody',
  account: 'the trust policy trusts the account',
  unclear: 'the trust policy cannot be understood',
};

const ALLOWANCE: Record<Role['policies'], string> = {
  allow: 'its own policies allow it',
  silent: 'its own policies need not allow it',
  unread: 'its own policies could not all be read',
};

const KEPT: Record<Access['secrets']['first'][number]['by'], string> = {
  runbook: 'the runbook says so',
  tag: 'its tag says so',
  name: 'perhaps: by its name',
};
