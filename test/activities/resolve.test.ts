// The rules and instants of an incident come from the runbook folder that it keeps, without those whose own the identity is.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveActivities, type ToResolve } from '../../activities/resolve.ts';
import { timetableActivities } from '../../activities/timetable.ts';
import { readFolder } from '../../authority/folder.ts';
import { identityOf } from '../../domain/identity/identity.ts';

const small = (file: string) =>
  readFileSync(path.resolve(import.meta.dirname, '../../runbooks/small', file), 'utf8');
const identity = identityOf('aws/123456789012/iam-user/deploy-robot');
const another = identityOf('aws/123456789012/iam-user/alice');
const own = "keys: [], identities: ['aws/123456789012/iam-user/deploy-robot'] }";

const ROTATION =
  'rotations: { leads: { zone: Europe/Berlin, start: 2026-01-05T09:00, length: 7d, people: [sam] } }';
const RUNBOOK = small('runbook.yaml')
  .replace('name: small', `name: small\n${ROTATION}`)
  .replace('tell: soc }', 'tell: soc, rotation: leads }');
const before = readFolder({
  'runbook.yaml': RUNBOOK,
  'people.yaml': small('people.yaml'),
  'authority.cedar': small('authority.cedar'),
});
const now = readFolder({
  'runbook.yaml': RUNBOOK.replace(
    'owners:\n',
    'owners:\n  - { tag: { key: team, value: id }, party: soc }\n',
  ),
  'people.yaml': small('people.yaml').replace(/(sam: .*)keys: \[\] }/, (_, sam) => `${sam}${own}`),
  'authority.cedar': small('authority.cedar'),
});

const kept = new Map([before, now].map((folder) => [folder.hash, folder]));
const runbookOf = async (hash: string) => {
  const folder = kept.get(hash);
  if (folder === undefined) throw new Error('not kept');
  return folder;
};
const stored: string[] = [];
const records = { keep: async (hash: string) => void stored.push(hash) };
const { resolve } = resolveActivities({ runbook: async () => now, runbookOf, records });
const { timetable } = timetableActivities({ runbookOf });
const asked: ToResolve = { identity, facts: [], level: 'high', owner: null, runbook: null, adopt: null };

describe('the rules', () => {
  test('of a new incident are the newest, whose content is kept first', async () => {
    expect(await resolve(asked)).toMatchObject({ runbook: now.hash, owner: 'service-owner', claims: [] });
    expect(stored).toEqual([now.hash]);
  });

  test('of a running one are those of the runbook that it keeps', async () => {
    expect((await resolve({ ...asked, runbook: before.hash })).runbook).toBe(before.hash);
    await expect(resolve({ ...asked, runbook: 'f'.repeat(64) })).rejects.toThrow('not kept');
  });

  test('go by the tags that discovery read, and by the owner that the SOC named', async () => {
    const tags = [{ key: 'team', value: 'id', writable: false }];
    const claimed = { owner: null, claims: ['service-owner', 'soc'] };
    expect(await resolve({ ...asked, tags })).toMatchObject(claimed);
    expect(await resolve({ ...asked, tags, owner: 'soc' })).toMatchObject({ ...claimed, owner: 'soc' });
    expect((await resolve({ ...asked, identity: another, owner: 'identity' })).owner).toBe('identity');
  });
});

test('whose own the identity is, is not told though on call; by the directory of the runbook that the incident keeps', async () => {
  const told = async (hash: string, whose = identity) => {
    const rule = (await resolve({ ...asked, runbook: hash })).phases.triage;
    const since = '2026-11-24T03:12:00.000Z';
    return (await timetable({ runbook: hash, since, rule, identity: whose })).rungs.map(
      ({ person }) => person,
    );
  };
  expect(await told(before.hash)).toEqual(['sam']);
  expect(await told(now.hash)).toEqual([null]);
  expect(await told(now.hash, another)).toEqual(['sam']);
});
