// What an identity can reach: kept as it was found, in the record too, and never so much that an incident could not carry it.
import { expect, it } from 'vitest';
import {
  type Access,
  accessSchema,
  MOST_ELSEWHERE,
  MOST_GROUPS,
  MOST_POLICIES,
  MOST_ROLES,
  MOST_SECRETS,
  MOST_SERVICE_POLICIES,
  MOST_UNREAD,
} from '../../../domain/access/access.schema.ts';
import { viewOf } from '../../../domain/incident/show.ts';
import { GENESIS } from '../../../domain/record/record.ts';
import { discovery, rules, World } from '../incident/world.ts';

const name = 'n'.repeat(160);
const times = <One>(most: number, one: One) => ({
  first: Array.from({ length: most }, () => one),
  more: 999,
});
const largest: Access = {
  groups: times(MOST_GROUPS, name),
  policies: times(MOST_POLICIES, { name, how: 'attached', group: name, read: false }),
  boundary: { name, read: false },
  roles: times(MOST_ROLES, { role: name, by: name, trust: 'account', policies: 'unread' }),
  elsewhere: times(MOST_ELSEWHERE, name),
  secrets: times(MOST_SECRETS, { secret: 's'.repeat(700), by: 'runbook' }),
  organisation: { id: name, management: false, policies: times(MOST_SERVICE_POLICIES, { name, on: name }) },
  unread: Array.from({ length: MOST_UNREAD }, () => 'u'.repeat(300)),
};

it('takes, at its largest, a quarter of what the state of an incident may hold, and one more of anything is refused', () => {
  expect(accessSchema.parse(largest)).toEqual(largest);
  expect(JSON.stringify(largest).length).toBeLessThan((256 * 1_024) / 4);
  const { groups, policies, roles, elsewhere, secrets, organisation, unread } = largest;
  const more = <One>({ first }: { first: One[] }) => ({ first: [...first, ...first.slice(0, 1)], more: 0 });
  for (const beyond of [
    { groups: more(groups) },
    { policies: more(policies) },
    { roles: more(roles) },
    { elsewhere: more(elsewhere) },
    { secrets: more(secrets) },
    { organisation: organisation && { ...organisation, policies: more(organisation.policies) } },
    { unread: [...unread, 'u'] },
  ])
    expect(accessSchema.safeParse({ ...largest, ...beyond }).success, Object.keys(beyond).join()).toBe(false);
});

it('stands in the record and in the view as it was found', () => {
  const world = new World().look(rules(), { ...discovery, access: largest });
  const [found] = world.events.flatMap((event) => (event.type === 'discovered' ? [event.data.found] : []));
  expect(found?.access).toEqual(largest);
  expect(viewOf(world.incident, GENESIS, world.now).access).toEqual(largest);
  expect(viewOf(new World().look(rules()).incident, GENESIS, world.now).access).toBeNull();
});
