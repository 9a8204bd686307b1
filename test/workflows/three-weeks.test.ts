// A ladder in office hours over three weeks in which nobody answers: a holiday, a stand-in, hand-overs of the rotation and a change of
// the clocks lie between. Expected are the times that a clock on the wall in Berlin shows.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nextChange } from '../../domain/calendar/zone.ts';
import { epochMs } from '../../domain/instant/instant.ts';
import { HOUR, MINUTE } from '../domain/incident/world.ts';
import { type Line, ofType, shipped, type Story, type Written } from './ownership/shipped.ts';
import { keyNamed, named } from './stage.ts';

const ZONE = 'Europe/Berlin';
const DAY = 24 * HOUR;
/** At least a week ahead, so that there is a Thursday before it. */
const CHANGE = nextChange(ZONE, Date.now() + 7 * DAY) ?? 0;
/** In Berlin the clocks change on a Sunday, at 01:00 UTC. */
const THURSDAY = CHANGE - HOUR - 3 * DAY;

const wall = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const shown = (at: string | number): string => wall.format(new Date(at)).replace(',', '');
/** `day` 0 is that Thursday. */
const date = (day: number): string => new Date(THURSDAY + day * DAY).toISOString().slice(0, 10);
/** At noon no change of the clocks matters to the date. */
const dayOf = (at: string): number => {
  const berlin = new Date(at).toLocaleDateString('sv-SE', { timeZone: ZONE });
  return Math.round((Date.parse(`${berlin}T12:00:00Z`) - Date.parse(`${date(0)}T12:00:00Z`)) / DAY);
};

const office = ['09:00-17:00'];
function inOfficeHours(runbook: Written): void {
  const { ladders, classes } = runbook as Written & { classes: { clocks?: Record<string, unknown> }[] };
  runbook['calendars'] = {
    office: {
      zone: ZONE,
      hours: { mon: office, tue: office, wed: office, thu: office, fri: office },
      holidays: [date(4)],
    },
  };
  runbook['rotations'] = {
    analysts: {
      zone: ZONE,
      start: `${date(-3)}T09:00`,
      length: '7d',
      people: ['sam', 'erin'],
      overrides: [{ from: `${date(6)}T00:00`, to: `${date(7)}T00:00`, person: 'lee' }],
    },
  };
  const told = (after: string) => ({ after, tell: 'soc', rotation: 'analysts' });
  Object.assign(ladders?.['first-response'] ?? {}, {
    rungs: [told('2h'), told('12h'), told('30h')],
    // Of open hours, as every clock of a calendar: the same time on the next working day.
    repeat: '8h',
  });
  // Nothing is asked anew meanwhile.
  Object.assign(runbook['validity'] ?? {}, { containment: '30d' });
  const standard = classes.at(-1);
  Object.assign(standard?.clocks ?? {}, { triage: { acknowledge: '40h', act: '60h', calendar: 'office' } });
}

let story: Story;
let lines: Line[];
beforeAll(async () => {
  story = await shipped({ change: inOfficeHours });
  const { env, stage } = story;
  const ten = [8, 9].map((hour) => THURSDAY + hour * HOUR).find((at) => shown(at) === 'Thu 10:00') ?? 0;
  await env.sleep(ten - (await env.currentTimeMs()));
  await stage.detect(named('report-maker'));
  await env.sleep(20.5 * DAY);
  lines = await stage.record(keyNamed('report-maker'));
});
afterAll(() => story?.stop());

const told = (from: number, to: number) =>
  lines
    .filter(({ type }) => type === 'rungTold' || type === 'silence')
    .slice(from, to)
    .map(({ type, data }) => {
      const due = String(data['due']);
      return [type, dayOf(due), shown(due), data['person'] ?? data['to']];
    });

it('each rung and each silence is due at the hour that the wall shows, to whoever is on call then', () => {
  const openedAt = lines[0]?.at ?? '';
  expect([dayOf(openedAt), shown(openedAt)]).toEqual([0, 'Thu 10:00']);
  expect(told(0, 8)).toEqual([
    ['rungTold', 0, 'Thu 12:00', 'sam'],
    ['rungTold', 1, 'Fri 14:00', 'sam'],
    ['rungTold', 6, 'Wed 16:00', 'lee'],
    ['silence', 8, 'Fri 10:00', 'platform'],
    ['rungTold', 8, 'Fri 12:00', 'erin'],
    ['rungTold', 11, 'Mon 14:00', 'sam'],
    ['rungTold', 13, 'Wed 16:00', 'sam'],
    ['silence', 15, 'Fri 10:00', null],
  ]);
  const due = lines.filter(({ type }) => type === 'rungTold' || type === 'silence').slice(0, 4);
  const within = (at: unknown) => epochMs(String(at)) % MINUTE;
  expect(
    due.map(({ data }) => within(data['due'])),
    'to the millisecond',
  ).toEqual(Array(4).fill(within(openedAt)));
});

it('then its last rung is told again each working day', () => {
  expect(told(8, 99).map(([type, day, at]) => [type, day, at])).toEqual([
    ['rungTold', 18, 'Mon 10:00'],
    ['rungTold', 19, 'Tue 10:00'],
    ['rungTold', 20, 'Wed 10:00'],
  ]);
  expect(ofType(lines, 'timetableFailed')).toEqual([]);
});

it('again and again to whoever is on call then, not to whoever was at the last rung', () => {
  expect(told(8, 13).map(([, day, , person]) => [day, person])).toEqual([
    [18, 'erin'],
    [19, 'erin'],
    [20, 'erin'],
  ]);
});
