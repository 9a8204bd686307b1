import { describe, expect, it } from 'vitest';
import type { Directory } from '../../../domain/runbook/runbook.schema.ts';
import { suspectsOf } from '../../../domain/runbook/suspects.ts';

const KEY = 'aws/123456789012/iam-user/olga';
const person = (parties: string[], identities: string[] = []) => ({
  name: 'x',
  parties,
  keys: [],
  identities,
});
const directory = (people: Directory['people']) => ({ people });

describe('whose own an identity is', () => {
  it('is whoever lists its very key, and no party that has somebody else', () => {
    const both = directory({
      olga: person(['owners', 'soc'], [KEY]),
      sam: person(['soc'], [`${KEY}2`]),
      ivo: person(['identity']),
    });
    expect(suspectsOf(both, KEY)).toEqual({ people: ['olga'], parties: ['owners'] });
    expect(suspectsOf(both, 'aws/123456789012/iam-user/*')).toEqual({ people: [], parties: [] });
  });

  it('takes a party whose people all share it', () => {
    const shared = directory({ a: person(['ops'], [KEY]), b: person(['ops'], [KEY]), c: person(['soc']) });
    expect(suspectsOf(shared, KEY)).toEqual({ people: ['a', 'b'], parties: ['ops'] });
  });

  it('is nobody in most incidents', () => {
    expect(suspectsOf(directory({ sam: person(['soc']) }), KEY)).toEqual({ people: [], parties: [] });
  });
});
