// Business hours, holidays and on-call over a change to winter time, on the time-skipping server: due at the exact instants.
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { calendarSchema, rotationSchema } from '../../domain/calendar/calendar.schema.ts';
import { addBusinessTime } from '../../domain/calendar/business-time.ts';
import { onCall } from '../../domain/calendar/rotation.ts';
import { nextChange } from '../../domain/calendar/zone.ts';
import { epochMs, plus } from '../../domain/instant/instant.ts';
import { detection, HOUR, rules } from '../domain/incident/world.ts';
import { atWork, type Stage, timeSkipping } from './stage.ts';

const ZONE = 'Europe/Berlin';
const office = calendarSchema.parse({
  zone: ZONE,
  hours: {
    mon: ['09:00-17:00'],
    tue: ['09:00-17:00'],
    wed: ['09:00-17:00'],
    thu: ['09:00-17:00'],
    fri: ['09:00-17:00'],
  },
});
const weekly = rotationSchema.parse({
  zone: ZONE,
  start: '2026-01-05T09:00',
  length: '7d',
  people: ['sam', 'lee'],
});

const usual = rules();
const { triage } = usual.phases;
const timed = rules({
  phases: {
    ...usual.phases,
    triage: {
      ...triage,
      calendar: 'office',
      acknowledgeMs: 20 * HOUR,
      actMs: 40 * HOUR,
      ladder: {
        ...triage.ladder,
        rungs: [
          { afterMs: 2 * HOUR, tell: 'soc', person: null, rotation: 'weekly' },
          { afterMs: 12 * HOUR, tell: 'soc', person: null, rotation: 'weekly' },
        ],
      },
    },
  },
});

let env: TestWorkflowEnvironment;
let stage: Stage;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ env, stage } = await timeSkipping({ rules: timed }));
  stage.runbook = { calendars: { office }, rotations: { weekly } };
  stop = await atWork(stage);
});
afterAll(async () => {
  await stop();
  await env.teardown();
});

it('rungs and silence are due in open hours, to whoever is on call, across the change of the clocks', async () => {
  const now = await env.currentTimeMs();
  // The Friday before the clocks change, in the middle of the day.
  const change = nextChange(ZONE, now) ?? 0;
  await env.sleep(change - 2.5 * 24 * HOUR - now);
  await stage.detect(detection());
  await env.sleep(8 * 24 * HOUR);
  const lines = await stage.record();
  const opened = lines[0]?.at ?? '';
  const due = [2 * HOUR, 12 * HOUR].map((ms) => addBusinessTime(opened, ms, office));
  const end = addBusinessTime(opened, 20 * HOUR, office);
  const done = lines.filter((line) => line.type === 'rungTold' || line.type === 'silence').slice(0, 3);
  expect(done.map((line) => [line.type, line.data['due'], line.data['person']])).toEqual([
    ['rungTold', due[0], onCall(weekly, due[0] ?? '')],
    ['rungTold', due[1], onCall(weekly, due[1] ?? '')],
    ['silence', end, undefined],
  ]);
  expect(epochMs(end) > change && epochMs(opened) < change, 'the change lies between').toBe(true);
  expect(plus(opened, 20 * HOUR) < end, 'the plain clock would have been the stricter').toBe(true);
});
