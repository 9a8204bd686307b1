// docs/wire.md against the code: names, codes, bodies, events; and its examples are what they claim to be.
import { EVENT_TYPES } from '../../domain/incident/evolve/evolve.ts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readStatement } from '../../authority/statement.ts';
import { bodySchemaOf } from '../../authority/body.schema.ts';
import { detectionSchema } from '../../domain/detection/detection.schema.ts';
import { heardDetection } from '../../domain/detection/heard.ts';
import { encode } from '../../domain/encoding/base64url.ts';
import { canonical } from '../../domain/encoding/canonical.ts';
import { REFUSAL_CODES } from '../../domain/statement/refusal.ts';
import { bodySchemas, MACHINE_MESSAGES } from '../../domain/statement/statement.schema.ts';
import {
  checkerQueue,
  executorQueue,
  MESSAGE_NAMES,
  NOTIFY_QUEUE,
  QUERY,
  READINESS_TYPE,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
  WORKFLOW_TYPE,
} from '../../workflows/messages.ts';
import { byHandStep, followUp, fresh } from '../cli/an-incident.ts';
import { codeSpans, fences, namesBelow, page, rowsBelow } from './page.ts';

const text = page('docs/wire.md');
const spans = codeSpans(text);
const examples = fences(text, 'json').flatMap((content) => {
  try {
    return [JSON.parse(content) as Record<string, unknown>];
  } catch {
    return [];
  }
});

test('every refusal code, and no other', () => {
  expect(namesBelow(text, 'Refusals').toSorted()).toEqual([...REFUSAL_CODES].toSorted());
});

test('every code says what it means and what to do', () => {
  for (const [code, means, act] of rowsBelow(text, 'Refusals').slice(1))
    expect([code, means, act].every((cell) => (cell ?? '').length > 3)).toBe(true);
});

test('every name on Temporal', () => {
  const names = [
    WORKFLOW_TYPE,
    READINESS_TYPE,
    TASK_QUEUE,
    QUERY,
    NOTIFY_QUEUE,
    executorQueue('<executor>'),
    checkerQueue('<checker>'),
    ...MESSAGE_NAMES,
    ...MACHINE_MESSAGES,
    ...Object.keys(SEARCH_ATTRIBUTES),
  ];
  expect(names.filter((name) => !spans.includes(name))).toEqual([]);
});

/** Of a message, and of what stands within it. */
function fieldsOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((one) => fieldsOf(one as z.ZodType));
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, inner]) => [name, ...fieldsOf(inner as z.ZodType)]);
}

test('every message with all of its content', () => {
  const bodies = new Map(
    rowsBelow(text, 'Bodies').map(([name = '', body = '']) => [name.replaceAll('`', ''), body]),
  );
  for (const [message, schema] of Object.entries(bodySchemas)) {
    const body = bodies.get(message) ?? '';
    const fields = fieldsOf(schema);
    expect(fields.length, message).toBeGreaterThan(0);
    const lacking = fields.filter((field) => !body.includes(`\`${field}\``));
    expect(lacking, message).toEqual([]);
  }
});

test('every event of the record, and no other', () => {
  const documented = rowsBelow(text, 'The record')
    .slice(1)
    .flatMap(([, types = '']) => types.replaceAll('`', '').split(', '));
  expect(documented.toSorted()).toEqual(EVENT_TYPES.toSorted());
});

test('every field of the view', () => {
  const [, query = ''] = text.split('\n## The query\n');
  const documented = codeSpans(query.split('\n## ')[0] ?? '');
  const fields = [
    ...Object.keys(fresh()),
    ...Object.keys(followUp('follow-up-1')),
    ...Object.keys(byHandStep('s1')).filter((name) => ['title', 'due', 'startBy', 'byHand'].includes(name)),
  ];
  expect(fields.filter((name) => !documented.includes(name))).toEqual([]);
});

test('the statement is one that a reader takes', () => {
  const statement = examples.find((one) => one['v'] === 1);
  const read = readStatement(encode(canonical(statement)));
  expect(read).toMatchObject({ readable: true, statement: { message: 'assess' } });
  expect(bodySchemaOf('assess')?.safeParse(statement?.['body']).success).toBe(true);
});

test('the detection is one, and opens the incident that it says', () => {
  const detection = examples.find((one) => one['format'] === 'custody/detection/1');
  expect(detectionSchema.safeParse(detection).error).toBeUndefined();
  expect(heardDetection(detection)).toMatchObject({ detection });
});
