// docs/runbook.md against the code: its example passes the check, and every field stands there.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parse, stringify } from 'yaml';
import { readExecutorFolder } from '../../authority/executor-folder.ts';
import { readFolder } from '../../authority/folder.ts';
import { executorPolicySchema } from '../../authority/policy.schema.ts';
import { instantsOf } from '../../domain/calendar/instants.ts';
import type { Level } from '../../domain/detection/detection.schema.ts';
import { identityOf } from '../../domain/identity/identity.ts';
import { type Known, resolveRules } from '../../domain/runbook/resolve.ts';
import { directorySchema, type Runbook, runbookSchema } from '../../domain/runbook/runbook.schema.ts';
import { codeSpans, fences, page } from './page.ts';

const text = page('docs/runbook.md');
/** By the name in the first line of each. */
const examples = Object.fromEntries(
  fences(text, 'yaml').map((content) => [/^# (\S+)\n/.exec(content)?.[1] ?? 'unnamed', content]),
);

const policies = { 'authority.cedar': page('runbooks/small/authority.cedar') };

describe('the smallest example', () => {
  test('passes the check', () => {
    expect(readFolder({ ...examples, ...policies })).toMatchObject({ runbook: { name: 'smallest' } });
  });

  test('and so does the folder of its executor', () => {
    expect(readExecutorFolder(examples)).toMatchObject({ policy: { executor: 'identity-aws' } });
  });
});

/** What is added to a file: ladders beside those that are there, classes in their place. */
function added(to: string, more: string): string {
  const [before, after] = [parse(to) as Runbook, parse(more) as Runbook];
  const ladders = { ...before.ladders, ...after.ladders };
  return stringify({ ...before, ...after, ladders });
}

describe('the additions', () => {
  const folder = readFolder({
    'runbook.yaml': added(page('runbooks/small/runbook.yaml'), examples['additions'] ?? ''),
    'people.yaml': page('runbooks/small/people.yaml'),
    ...policies,
  });
  const agent = { fact: 'agent', value: true } as const;
  const identity = identityOf('aws/123456789012/iam-user/agent-7');
  const rules = (level: Level, facts: Known['facts'] = [agent]) =>
    resolveRules(folder.runbook, folder.hash, { identity, facts, level });

  test('pass the check, and nothing of them is unused', () => {
    expect(folder.warnings).toEqual([]);
    expect(rules('high')).toMatchObject({ class: 'agents', mode: 'ask', pauseMs: 4 * 3_600_000 });
    expect(rules('high', [])).toMatchObject({ class: 'rest', mode: 'observe' });
  });

  test('do what they say: terms by severity, open hours, who is on call', () => {
    const minutes = (level: Level) => rules(level).phases.triage.acknowledgeMs / 60_000;
    expect([minutes('high'), minutes('critical'), minutes('unknown')]).toEqual([10, 7, 10]);
    // A Friday afternoon: two hours of work are half an hour of it and the morning of Monday.
    const recovery = instantsOf(folder.runbook, '2026-11-20T14:30:00.000Z', rules('high').phases.recovery);
    expect(recovery.acknowledgeBy).toBe('2026-11-23T09:30:00.000Z');
    const told = (at: string) =>
      instantsOf(folder.runbook, at, rules('high').phases.triage).rungs.map(({ person }) => person);
    expect(told('2026-01-05T08:00:00.000Z')).toEqual([null, 'sam']);
    expect(told('2026-01-12T08:00:00.000Z')).toEqual([null, 'erin']);
    expect(told('2026-12-24T08:00:00.000Z')).toEqual([null, 'sam']);
  });
});

/** Names of fields at any depth. */
function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: Record<string, unknown> };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(fieldsOf)];
}

/** Public halves of keys are JWKs: their members are the standard's. What makes a proof stands in docs/wire.md. */
const NOT_OURS = [
  'kty',
  'type',
  'jws',
  'idToken',
  'credentialId',
  'authenticatorData',
  'clientDataJSON',
  'signature',
];

test.each(Object.entries({ runbookSchema, directorySchema, executorPolicySchema }))(
  'every field of %s stands there',
  (_, schema) => {
    const words = new Set(codeSpans(text).flatMap((span) => span.split(/[^\w-]+/)));
    const fields = new Set(fieldsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })));
    expect(fields.size).toBeGreaterThan(8);
    expect([...fields].filter((field) => !NOT_OURS.includes(field) && !words.has(field))).toEqual([]);
  },
);
