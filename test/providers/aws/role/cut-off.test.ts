// Where a cut-off lies. A thief who holds a session of some roles becomes every other that they can become, again and again, as long as
// one of the sessions works; whatever the roles, the chains between them, the order and the pace of the writes and of their spreading,
// nothing is left when it is over.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs, instant } from '../../../../domain/instant/instant.ts';
import {
  cutOffWrittenAt,
  isTooEarlyFor,
  policyOf,
  sessionsFrom,
  SPREAD_MS,
} from '../../../../providers/aws/role/cut-off.ts';

const NOW = epochMs('2026-11-24T03:25:00.250Z');

interface Cut {
  /** When it was written, and how long until it was known everywhere. */
  writtenMs: number;
  spreadMs: number;
}

const STEP_MS = 500;

/** Sessions of the thief's that work when everything has spread, by role and when they were made. */
function leftOver(cuts: readonly Cut[], becomes: (from: number, to: number) => boolean): string[] {
  const froms = cuts.map(({ writtenMs }) => epochMs(cutOffWrittenAt(NOW + writtenMs)));
  const knownAt = cuts.map(({ writtenMs, spreadMs }) => NOW + writtenMs + spreadMs);
  const works = (role: number, madeAt: number, at: number) =>
    at < (knownAt[role] ?? 0) || Math.floor(madeAt / 1_000) * 1_000 >= (froms[role] ?? 0);
  const newest = cuts.map(() => NOW);
  const end = NOW + 5 * SPREAD_MS;
  for (let at = NOW; at <= end; at += STEP_MS) {
    for (const [to] of cuts.entries()) {
      const by = cuts.findIndex((_, from) => becomes(from, to) && works(from, newest[from] ?? 0, at));
      if (by !== -1) newest[to] = at;
    }
  }
  return newest.flatMap((madeAt, role) => (works(role, madeAt, end) ? [`${role} ${instant(madeAt)}`] : []));
}

const together = fc
  .array(
    fc.record({
      writtenMs: fc.integer({ min: 0, max: SPREAD_MS }),
      spreadMs: fc.integer({ min: 0, max: SPREAD_MS }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((cuts) =>
    fc
      .array(fc.boolean(), { minLength: cuts.length ** 2, maxLength: cuts.length ** 2 })
      .map((chains) => ({ cuts, chains })),
  );

describe('a thief who goes from role to role', () => {
  it('is out of all of them, where the cut-offs were written close together', () => {
    fc.assert(
      fc.property(together, ({ cuts, chains }) => {
        expect(leftOver(cuts, (from, to) => chains[from * cuts.length + to] === true)).toEqual([]);
      }),
    );
  });

  it('could be in, where one was written later than custody takes for close', () => {
    const cuts = [
      { writtenMs: 0, spreadMs: 0 },
      { writtenMs: SPREAD_MS + 2_000, spreadMs: SPREAD_MS },
    ];
    expect(leftOver(cuts, () => true)).not.toEqual([]);
    const [first, second] = cuts.map(({ writtenMs }) => cutOffWrittenAt(NOW + writtenMs));
    expect(isTooEarlyFor(first ?? '', second ?? '')).toBe(true);
    expect(isTooEarlyFor(second ?? '', first ?? '')).toBe(false);
  });
});

describe('the policy', () => {
  const encoded = (text: string) => encodeURIComponent(text);
  const from = cutOffWrittenAt(NOW);

  it('says a whole second ahead of what it takes to spread', () => {
    expect(from).toBe('2026-11-24T03:29:01.000Z');
    expect(sessionsFrom(encoded(policyOf(from)), NOW)).toBe(from);
  });

  it('is known however IAM writes it out', () => {
    const spread = JSON.stringify(JSON.parse(policyOf(from)), null, 2);
    expect(sessionsFrom(encoded(spread), NOW)).toBe(from);
  });

  it.each<[string, string | undefined]>([
    ['none', undefined],
    ['no JSON', '{'],
    ['null', 'null'],
    ['another effect', policyOf(from).replace('Deny', 'Allow')],
    ['fewer actions', policyOf(from).replace('"Action":"*"', '"Action":"s3:*"')],
    ['fewer resources', policyOf(from).replace('"Resource":"*"', '"Resource":"arn:aws:s3:::a"')],
    ['another condition', policyOf(from).replace('DateLessThan', 'DateGreaterThan')],
    [
      'one condition more',
      policyOf(from).replace('"DateLessThan"', '"Bool":{"aws:ViaAWSService":"true"},"DateLessThan"'),
    ],
    ['one statement more', policyOf(from).replace(']}', ',{"Effect":"Allow","Action":"*","Resource":"*"}]}')],
    ['no moment', policyOf(from).replace(from, 'tomorrow')],
    ['a moment that custody cannot have written by now', policyOf('2026-11-24T04:30:00.000Z')],
    ['a moment that lets every session in after it, for ever later', policyOf('2096-11-24T04:30:00.000Z')],
  ])('is not taken for custody’s: %s', (_, text) => {
    expect(sessionsFrom(text === undefined ? undefined : encoded(text), NOW)).toBeNull();
  });
});
