// The instants of a phase by a runbook's calendars and rotations, and who of a rotation is not told.
import { expect, test } from 'vitest';
import { rotationSchema } from '../../../domain/calendar/calendar.schema.ts';
import { instantsOf } from '../../../domain/calendar/instants.ts';
import type { PhaseRule } from '../../../domain/runbook/rules.ts';

const NOW = '2026-11-24T03:12:00.000Z';
const leads = rotationSchema.parse({
  zone: 'Europe/Berlin',
  start: '2026-11-23T09:00',
  length: '7d',
  people: ['sam', 'erin'],
});
const runbook = { calendars: {}, rotations: { leads } };
const rung = { tell: 'soc', person: null, rotation: null };
const rule: PhaseRule = {
  holder: 'soc',
  acknowledgeMs: 600_000,
  actMs: 1_800_000,
  remindMs: null,
  inward: null,
  calendar: null,
  ladder: {
    rungs: [
      { ...rung, afterMs: 60_000 },
      { ...rung, afterMs: 300_000, rotation: 'leads' },
    ],
    repeatMs: 600_000,
    fallback: [{ do: 'hold' }],
  },
};
const persons = (suspects?: string[]) => {
  const { rungs, repeat } = instantsOf(runbook, NOW, rule, suspects);
  return [...rungs, repeat].map((one) => one?.person);
};

test('whoever is on call is told, unless the identity is their own: then the whole party is', () => {
  expect(persons()).toEqual([null, 'sam', 'sam']);
  expect(persons(['erin'])).toEqual([null, 'sam', 'sam']);
  expect(persons(['sam', 'erin'])).toEqual([null, null, null]);
});

test('a rotation or calendar that the runbook lacks is an error, not a guess', () => {
  expect(() => instantsOf({ ...runbook, rotations: {} }, NOW, rule)).toThrow(/no "leads"/);
  expect(() => instantsOf(runbook, NOW, { ...rule, calendar: 'office' })).toThrow(/no "office"/);
});
