import { describe, expect, it } from 'vitest';
import { usedByOthers, usedSince } from '../../../providers/aws/last-use.ts';

const use = (at: string | null, service: string | null = 'iam') => ({
  userName: 'deploy-robot',
  at,
  service,
  region: null,
});
const CUT = '2026-11-24T03:40:00.000Z';

describe('a key was used since it was cut', () => {
  it.each([
    ['long before', '2026-11-24T03:12:00.000Z', false],
    ['in the minute of the cut', '2026-11-24T03:40:59.000Z', false],
    ['when the cut was known everywhere', '2026-11-24T03:42:01.000Z', true],
    ['a day later', '2026-11-25T03:40:00.000Z', true],
    ['never', null, false],
  ])('%s', (_, at, since) => {
    expect(usedSince(use(at), CUT)).toBe(since);
  });

  it('not where it does not exist', () => {
    expect(usedSince(null, CUT)).toBe(false);
  });
});

describe('a new key was used by others than its proof', () => {
  it.each([
    ['never', null, null, false],
    ['for STS just before the proof ended: the proof', '2026-11-24T03:39:59.000Z', 'sts', false],
    ['for STS in the minute of the proof: perhaps the proof', '2026-11-24T03:40:59.000Z', 'sts', false],
    ['for STS later', '2026-11-24T03:41:01.000Z', 'sts', true],
    ['for another service, at whatever time', '2026-11-24T03:39:59.000Z', 'secretsmanager', true],
  ])('%s', (_, at, service, others) => {
    expect(usedByOthers(use(at, service), CUT)).toBe(others);
  });

  it('not where it does not exist', () => {
    expect(usedByOthers(null, CUT)).toBe(false);
  });
});
