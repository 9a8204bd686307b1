// One statement into a trust policy and out of it again: nothing else is changed, whatever stands there.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../../../domain/encoding/canonical.ts';
import { SPREAD_MS } from '../../../../providers/aws/role/cut-off.ts';
import {
  DENIED,
  type Denied,
  deniedIn,
  isTooEarlyForDenied,
  isUnderstood,
  withDenied,
  withoutDenied,
} from '../../../../providers/aws/role/denied.ts';

const RUNS = Number(process.env['CUSTODY_RUNS'] ?? 150);
const SINCE = '2026-11-24T03:00:00.000Z';
const NOW = Date.parse(SINCE);
const THIEF = 'arn:aws:iam::123456789012:user/thief';
const denied: Denied = { principals: [THIEF], since: SINCE };

const answered = (text: string | null): string => {
  if (text === null) throw new Error('it is not written');
  return encodeURIComponent(text);
};
const allow = (id: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: id },
  Action: 'sts:AssumeRole',
  ...more,
});
const text = (Statement: object | object[], spaces = 0) =>
  JSON.stringify({ Version: '2012-10-17', Id: 'of the team', Statement }, null, spaces);

const statement = fc.record(
  {
    Sid: fc.constantFrom('Ci', 'People', 'Custody'),
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: fc.oneof(
      fc.constant('*'),
      fc.record({ AWS: fc.array(fc.stringMatching(/^[a-z:/*]{1,20}$/), { minLength: 1, maxLength: 3 }) }),
      fc.constant({ Service: 'ec2.amazonaws.com' }),
    ),
    Action: fc.constantFrom('sts:AssumeRole', ['sts:AssumeRole', 'sts:TagSession']),
    Condition: fc.dictionary(fc.constantFrom('Bool', 'StringLike'), fc.constant({ 'aws:x y': ['a b', 'c'] })),
  },
  { requiredKeys: ['Effect', 'Principal', 'Action'] },
);
const policies = fc.oneof(statement, fc.array(statement, { minLength: 1, maxLength: 4 }));

describe('what is added', () => {
  it('comes out again byte for byte, of a single statement as of a list', () => {
    fc.assert(
      fc.property(policies, fc.constantFrom(0, 2), (Statement, spaces) => {
        const before = text(Statement, spaces);
        const during = withDenied(encodeURIComponent(before), denied);
        expect(deniedIn(answered(during), NOW)).toEqual(denied);
        const after = withoutDenied(answered(during));
        expect(canonical(JSON.parse(after ?? ''))).toBe(canonical(JSON.parse(before)));
        expect(after).toBe(text(Statement));
      }),
      { numRuns: RUNS },
    );
  });

  it('comes out alone where others have changed the rest meanwhile', () => {
    fc.assert(
      fc.property(policies, statement, fc.boolean(), (Statement, theirs, inFront) => {
        const during = JSON.parse(withDenied(encodeURIComponent(text(Statement)), denied) ?? '') as {
          Statement: object[];
        };
        const others = Array.isArray(Statement) ? Statement : [Statement];
        const changed = inFront ? [theirs, ...during.Statement] : [...during.Statement, theirs];
        const after = JSON.parse(withoutDenied(encodeURIComponent(text(changed))) ?? '') as object;
        expect(after).toEqual(JSON.parse(text(inFront ? [theirs, ...others] : [...others, theirs])));
      }),
      { numRuns: RUNS },
    );
  });

  it('takes the place of what stands under its name, whatever that says', () => {
    for (const forged of [allow('*', { Sid: DENIED }), { ...allow(THIEF), Effect: 'Deny', Sid: DENIED }]) {
      const before = encodeURIComponent(text([allow('x'), forged, allow('y')]));
      expect(deniedIn(before, NOW)).toBeNull();
      const during = withDenied(before, denied);
      expect(deniedIn(answered(during), NOW)).toEqual(denied);
      expect(withoutDenied(answered(during))).toBe(text([allow('x'), allow('y')]));
    }
  });

  it('is not what custody writes where its moment is still to come, or anything of it is changed', () => {
    const during = withDenied(encodeURIComponent(text(allow('x'))), denied) ?? '';
    expect(deniedIn(encodeURIComponent(during), NOW - 3_600_000)).toBeNull();
    for (const [from, to] of [
      [THIEF, `${THIEF}-2`],
      ['"Deny"', '"Allow"'],
      ['"sts:AssumeRole","Condition"', '"sts:TagSession","Condition"'],
      ['ArnLike', 'ArnNotLike'],
      ['IfExists', ''],
    ] as const) {
      expect(during, from).toContain(from);
      const stands = deniedIn(encodeURIComponent(during.replace(from, to)), NOW);
      expect(stands?.principals ?? [], from).not.toEqual(denied.principals);
    }
  });
});

it.each([
  ['nothing', undefined],
  ['no JSON', '{'],
  ['no object', '[]'],
  ['no statement', '{"Version":"2012-10-17"}'],
  ['an empty list', '{"Statement":[]}'],
  ['a statement that is none', '{"Statement":["x"]}'],
  ['one name twice, of which one would be lost', '{"Statement":{"Effect":"Deny","Effect":"Allow"}}'],
])('%s is not understood, and so not written', (_, said) => {
  const document = said === undefined ? undefined : encodeURIComponent(said);
  expect(isUnderstood(document)).toBe(false);
  expect(withDenied(document, denied)).toBeNull();
  expect(withoutDenied(document)).toBeNull();
});

it('nothing is left where custody’s statement is the only one', () => {
  const only = JSON.parse(withDenied(encodeURIComponent(text(allow('x'))), denied) ?? '') as {
    Statement: object[];
  };
  expect(withoutDenied(encodeURIComponent(text(only.Statement.slice(0, 1))))).toBeNull();
});

it('a cut-off counts from when the deny was known everywhere before it', () => {
  const at = (ms: number) => new Date(NOW + ms).toISOString();
  expect(isTooEarlyForDenied(at(SPREAD_MS - 1), denied)).toBe(true);
  expect(isTooEarlyForDenied(at(SPREAD_MS), denied)).toBe(false);
});
