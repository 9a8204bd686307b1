// docs/operations.md against the code: what each process needs, and what it may do on AWS.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { policyFor } from '../../providers/aws/permissions.ts';
import { WORN } from '../../providers/aws/policies.ts';
import { awsProvider } from '../../providers/aws/provider.ts';
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

test('the policies, word for word', () => {
  const documents = fences(text, 'json').map((content) => JSON.parse(content) as unknown);
  expect(documents).toEqual(WORN.map(({ document }) => document));
  for (const { name } of WORN) expect(codeSpans(text)).toContain(name);
});

test('what each worker may do is what is generated', () => {
  const account = '123456789012';
  const { kinds } = awsProvider({ account, region: 'us-east-1' });
  const of = (...names: string[]) => names.flatMap((name) => kinds[name] ?? []);
  const generated = {
    'executor that cuts': policyFor(
      of(
        'aws/quarantine',
        'aws/no-sessions',
        'aws/restriction',
        'aws/access-key',
        'aws/login-profile',
        'aws/ssh-public-key',
        'aws/service-specific-credential',
        'aws/signing-certificate',
        'aws/mfa-device',
        'aws/group-membership',
        'aws/access-key-deletion',
        'aws/role-quarantine',
        'aws/role-restriction',
      ),
      ['apply', 'undo', 'preflight'],
      { account },
    ),
    'executor that ends sessions of roles': policyFor(
      of('aws/role-session-cut-off'),
      ['apply', 'undo', 'preflight'],
      { account },
    ),
    'executor that may cut without people, besides': policyFor([], ['automatic'], { account }),
    'executor that re-issues': policyFor(of('aws/access-key-replacement'), ['apply', 'preflight'], {
      account,
    }),
    checker: policyFor(Object.values(kinds), ['check', 'discover'], { account }),
  };
  const documented: Record<string, string[]> = {};
  let worker = '';
  for (const [named = '', may = ''] of rowsBelow(text, 'AWS').slice(1)) {
    worker = named || worker;
    documented[worker] = [...(documented[worker] ?? []), ...(may.match(/(?<=`)\w+:\w+(?=`)/g) ?? [])];
  }
  const sorted = (actions: readonly string[]) => actions.toSorted();
  for (const [name, { Statement }] of Object.entries(generated))
    expect(sorted(documented[name] ?? []), name).toEqual(sorted(Statement.flatMap(({ Action }) => Action)));
  expect(Object.keys(documented)).toEqual(Object.keys(generated));
});
