// The times that alerts write, and what is made of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { occurredAtUtc } from '../../intake/occurred.ts';

test.each<[written: string | number | null, utc: string | null]>([
  ['2026-11-24T03:12:00Z', '2026-11-24T03:12:00.000Z'],
  ['2026-11-24T03:12:00.123456789Z', '2026-11-24T03:12:00.123Z'],
  ['2026-11-24 03:12:00 UTC', '2026-11-24T03:12:00.000Z'],
  ['2026-11-24T03:12:00-0700', '2026-11-24T10:12:00.000Z'],
  ['2026-11-24T03:12+01:00', '2026-11-24T02:12:00.000Z'],
  ['Sat, 05 Jun 2016 15:10:09 GMT', '2016-06-05T15:10:09.000Z'],
  ['Fri, 3 Jun 2022 05:01:10 GMT', '2022-06-03T05:01:10.000Z'],
  ['3 Jun 2022 05:01:10 +0200', '2022-06-03T03:01:10.000Z'],
  [1775797260000, '2026-04-10T05:01:00.000Z'],
  [1775797260, '2026-04-10T05:01:00.000Z'],
  [1646144449.5, '2022-03-01T14:20:49.500Z'],
  ['1440021299248', '2015-08-19T21:54:59.248Z'],
  ['1739539623', '2025-02-14T13:27:03.000Z'],
  [0, '1970-01-01T00:00:00.000Z'],
  ['2026-11-24T03:12:00', null],
  ['2026-02-30T03:12:00Z', null],
  ['2026-11-24T24:00:00Z', null],
  ['Sat, 31 Feb 2026 15:10:09 GMT', null],
  ['10-19-2003', null],
  ['redacted', null],
  ['', null],
  [-1, null],
  [1e300, null],
  [Number.NaN, null],
  [null, null],
])('%j is %s', (written, utc) => {
  expect(occurredAtUtc(written)).toBe(utc);
});

test('whatever Date writes is read back', () => {
  const dates = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      expect(occurredAtUtc(date.toISOString())).toBe(date.toISOString());
      const seconds = new Date(Math.floor(date.getTime() / 1_000) * 1_000).toISOString();
      expect(occurredAtUtc(date.toUTCString())).toBe(seconds);
    }),
  );
});
