// The zone data by the platform's own formatter: what clocks show, when they are set, and when they first show a time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstShowing, nextChange, wallAt, zoneExists } from '../../../domain/calendar/zone.ts';
import { minutes, RUNS, zones } from './generate.ts';
import { latestShown, MINUTE, shown } from './oracle.ts';

test.each([
  ['Europe/Berlin', true],
  ['America/Argentina/Buenos_Aires', true],
  ['UTC', true],
  ['Europe/Berlim', false],
  ['Mars/Olympus', false],
  ['+01:00', false],
  ['', false],
  [' Europe/Berlin', false],
])('the zone "%s": %s', (zone, exists) => {
  expect(zoneExists(zone)).toBe(exists);
});

test('wall clocks show what the platform says', () => {
  fc.assert(
    fc.property(zones, minutes, (zone, at) => {
      expect(wallAt(zone, at)).toBe(shown(zone, at));
    }),
    { numRuns: RUNS },
  );
});

test('between two settings of the clocks nothing is set, and at the setting something is', () => {
  fc.assert(
    fc.property(zones, minutes, fc.double({ min: 0, max: 1, noNaN: true }), (zone, at, part) => {
      const ahead = shown(zone, at) - at;
      const change = nextChange(zone, at);
      const end = change ?? Date.UTC(2037, 0, 1);
      const between = at + Math.floor(((end - MINUTE - at) * part) / MINUTE) * MINUTE;
      expect(shown(zone, between) - between).toBe(ahead);
      expect(shown(zone, end - MINUTE) - (end - MINUTE)).toBe(ahead);
      if (change !== null) expect(shown(zone, change) - change).not.toBe(ahead);
    }),
    { numRuns: RUNS },
  );
});

test('a wall time is first shown when no clock has shown it before', () => {
  fc.assert(
    fc.property(zones, minutes, (zone, wall) => {
      const at = firstShowing(zone, wall);
      expect(latestShown(zone, at)).toBeGreaterThanOrEqual(wall);
      expect(latestShown(zone, at - MINUTE)).toBeLessThan(wall);
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ['an hour that is skipped', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00Z'],
  ['its end', 'Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00Z'],
  ['an hour that comes twice', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30Z'],
  ['the hour after it', 'Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00Z'],
  ['half an hour that is skipped', 'Australia/Lord_Howe', '2026-10-04T02:10', '2026-10-03T15:30Z'],
  ['half an hour that comes twice', 'Australia/Lord_Howe', '2026-04-05T01:40', '2026-04-04T14:40Z'],
  ['a day that is skipped', 'Pacific/Apia', '2011-12-30T09:00', '2011-12-30T10:00Z'],
])('%s: %s shows %s first at %s', (_, zone, wall, at) => {
  expect(firstShowing(zone, Date.parse(`${wall}Z`))).toBe(Date.parse(at));
});
