// The published JSON Schemas: made from the schemas that read the files, up to date, and what the shipped files are written by.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import {
  jsonSchemaOf,
  jsonSchemaText,
  POLICY_FILES,
  type PolicyFileName,
} from '../../authority/json-schema.ts';

const root = path.resolve(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

const SHIPPED = ['default', 'small'].flatMap((folder) =>
  (['runbook', 'people'] as const).map((file) => ({ file, path: `runbooks/${folder}/${file}.yaml` })),
);
const POLICY = {
  version: 1,
  executor: 'identity-aws',
  provider: 'aws',
  accounts: ['123456789012'],
  kinds: ['aws/quarantine'],
  gates: { act: { quorum: 2, parties: ['soc', 'identity'] } },
};

/** Reads the JSON Schema back, as an editor does. */
const published = (file: PolicyFileName) =>
  z.fromJSONSchema(
    JSON.parse(textOf(`docs/schema/${file}.schema.json`)) as Parameters<typeof z.fromJSONSchema>[0],
  );

describe('the JSON Schema', () => {
  it.each(POLICY_FILES)('of %s is up to date (npm run schemas)', (file) => {
    expect(textOf(`docs/schema/${file}.schema.json`)).toBe(jsonSchemaText(file));
  });

  it.each(SHIPPED)('is what $path is written by, and named in its first line', ({ file, path: shipped }) => {
    const text = textOf(shipped);
    const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? 'none';
    expect(path.join(path.dirname(shipped), named)).toBe(`docs/schema/${file}.schema.json`);
    expect(published(file).safeParse(parse(text)).error?.issues).toBeUndefined();
  });

  it.each<[string, PolicyFileName, unknown]>([
    ['an unknown key', 'runbook', { ...(parse(textOf('runbooks/small/runbook.yaml')) as object), notes: 1 }],
    [
      'a duration in words',
      'runbook',
      { ...(parse(textOf('runbooks/small/runbook.yaml')) as object), propagation: { aws: 'soon' } },
    ],
    ['nothing', 'runbook', {}],
    ['a role that does not exist', 'people', { people: {}, machines: { x: { role: 'king' } } }],
    ['no gate', 'policy', { ...POLICY, gates: {} }],
    [
      'a place that is no party',
      'policy',
      { ...POLICY, gates: { act: { quorum: 2, parties: ['soc', [5]] } } },
    ],
  ])('refuses %s', (_, file, value) => {
    expect(published(file).safeParse(value).success).toBe(false);
  });

  it('of a policy takes one', () => {
    expect(published('policy').safeParse(POLICY).success).toBe(true);
    const gates = { act: { quorum: 2, parties: ['soc', ['identity', 'platform']] } };
    expect(published('policy').safeParse({ ...POLICY, gates }).success).toBe(true);
  });

  it('says what things are for, where a person writes them', () => {
    const { properties } = jsonSchemaOf('runbook') as {
      properties: Record<string, { description?: string }>;
    };
    const silent = Object.entries(properties).filter(([, { description }]) => description === undefined);
    expect(silent.map(([name]) => name)).toEqual(['version', 'name', 'orders']);
  });
});
