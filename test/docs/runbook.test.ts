// docs/runbook.md against the code: its example passes the check, and every field stands there.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readExecutorFolder } from '../../authority/executor-folder.ts';
import { readFolder } from '../../authority/folder.ts';
import { executorPolicySchema } from '../../authority/policy.schema.ts';
import { directorySchema, runbookSchema } from '../../domain/runbook/runbook.schema.ts';
import { codeSpans, fences, page } from './page.ts';

const text = page('docs/runbook.md');
/** By the name in the first line of each. */
const examples = Object.fromEntries(
  fences(text, 'yaml').map((content) => [/^# (\S+)\n/.exec(content)?.[1] ?? 'unnamed', content]),
);

describe('the smallest example', () => {
  test('passes the check', () => {
    expect(readFolder(examples)).toMatchObject({ runbook: { name: 'smallest' } });
  });

  test('and so does the folder of its executor', () => {
    expect(readExecutorFolder(examples)).toMatchObject({ policy: { executor: 'identity-aws' } });
  });
});

/** Names of fields at any depth. */
function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: Record<string, unknown> };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(fieldsOf)];
}

/** Public halves of keys are JWKs: their members are the standard's. */
const NOT_OURS = ['kty'];

test.each(Object.entries({ runbookSchema, directorySchema, executorPolicySchema }))(
  'every field of %s stands there',
  (_, schema) => {
    const words = new Set(codeSpans(text).flatMap((span) => span.split(/[^\w-]+/)));
    const fields = new Set(fieldsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })));
    expect(fields.size).toBeGreaterThan(8);
    expect([...fields].filter((field) => !NOT_OURS.includes(field) && !words.has(field))).toEqual([]);
  },
);
