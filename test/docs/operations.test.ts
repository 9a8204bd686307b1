// docs/operations.md against the code: what each process needs, and what it may do on AWS.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { deployedRoles, PARAMETERS, roleName } from '../../local/policies/roles.ts';
import { type Hand, hand, kindsOf } from '../../providers/aws/kinds.ts';
import { policyFor } from '../../providers/aws/permissions.ts';
import { WORN } from '../../providers/aws/policies.ts';
import { readSigners } from '../../authority/signed-folder/signers.ts';
import { configured, ROLES } from '../../workers/configuration.ts';
import { codeSpans, fences, namesBelow, page, root, rowsBelow } from './page.ts';

const text = page('docs/operations.md');

function needsOf(role: (typeof ROLES)[number]): string[] {
  try {
    configured(role, {});
  } catch (error) {
    return [...String(error).matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name = '']) => name);
  }
  return [];
}

test.each(ROLES)('what the %s needs, and that it needs it', (role) => {
  const needs = needsOf(role);
  expect(needs.length).toBeGreaterThan(0);
  const rows = new Map(
    rowsBelow(text, 'Environment').map(([name = '', by = '']) => [name.replaceAll('`', ''), by]),
  );
  for (const name of needs) expect(rows.get(name) ?? '', name).toContain(role);
});

test('its signers.yaml is one', () => {
  const [example = ''] = fences(text, 'yaml').filter((block) => block.startsWith('# signers.yaml\n'));
  expect(Object.keys(readSigners(example).people)).toEqual(['erin', 'ivo']);
});

const SOURCES = [
  'activities',
  'authority',
  'cli',
  'client',
  'intake',
  'local',
  'providers',
  'workers',
  'workflows',
];

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'aws-emulator' ? [] : sources(file);
    return /\.(ts|mjs)$/.test(entry.name) ? [file] : [];
  });
}

test('every environment name of custody that any source knows', () => {
  const known = SOURCES.flatMap(sources).flatMap(
    (file) => page(file).match(/\bCUSTODY_[A-Z_]*[A-Z]\b/g) ?? [],
  );
  expect(new Set(known).size).toBeGreaterThan(10);
  const documented = codeSpans(text);
  expect([...new Set(known)].filter((name) => !documented.includes(name))).toEqual([]);
  const invented = namesBelow(text, 'Environment').filter(
    (name) => name.startsWith('CUSTODY_') && !known.includes(name),
  );
  expect(invented).toEqual([]);
});

test('the policies and roles that are deployed', () => {
  for (const { name } of WORN) expect(codeSpans(text)).toContain(name);
  const rows = new Map(
    rowsBelow(text, 'AWS').map(([role = '', ...more]) => [role.replaceAll('`', ''), more.join(' ')]),
  );
  for (const { name, worker } of deployedRoles({ account: '', partition: '', of: () => '' }))
    expect(rows.get(name) ?? '', name).toContain(worker.name);
  for (const { name } of PARAMETERS) expect(codeSpans(text)).toContain(name);
  const apart: Hand[] = ['ends-sessions', 'issues', 'rotates'];
  for (const name of apart)
    for (const kind of kindsOf(name)) expect(rows.get(roleName(name)) ?? '', name).toContain(kind);
});

test('what each worker may do is what is generated', () => {
  const account = '123456789012';
  const of = (name: Hand) => policyFor(hand(name).kinds, hand(name).verbs, { account });
  const generated = {
    'executor that cuts': of('cuts'),
    'executor that ends sessions of roles': of('ends-sessions'),
    'executor that may cut without people, besides': policyFor([], ['automatic'], { account }),
    'executor that re-issues': of('issues'),
    checker: of('looks'),
  };
  const documented: Record<string, string[]> = {};
  let worker = '';
  const rows = rowsBelow(text, 'AWS');
  const first = rows.findIndex(([worker]) => worker === 'worker');
  for (const [named = '', may = ''] of rows.slice(first + 1)) {
    worker = named || worker;
    documented[worker] = [...(documented[worker] ?? []), ...(may.match(/(?<=`)\w+:\w+(?=`)/g) ?? [])];
  }
  const sorted = (actions: readonly string[]) => actions.toSorted();
  for (const [name, { Statement }] of Object.entries(generated))
    expect(sorted(documented[name] ?? []), name).toEqual(sorted(Statement.flatMap(({ Action }) => Action)));
  expect(Object.keys(documented)).toEqual(Object.keys(generated));
});
