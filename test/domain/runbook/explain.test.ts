import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { factSchema } from '../../../domain/detection/detection.schema.ts';
import { type Known, whyClass } from '../../../domain/runbook/explain.ts';
import { resolveRules } from '../../../domain/runbook/resolve.ts';
import { type Runbook, runbookSchema } from '../../../domain/runbook/runbook.schema.ts';

const file = path.resolve(import.meta.dirname, '../../../runbooks/default/runbook.yaml');
const runbook = runbookSchema.parse(parse(readFileSync(file, 'utf8')));
const user = (reference: string) => ({
  provider: 'aws',
  account: '123456789012',
  kind: 'iam-user',
  reference,
});
const why = (reference: string, facts: Known['facts'] = [], book: Runbook = runbook) =>
  whyClass(book, { identity: user(reference), facts });

describe('why a class', () => {
  it('is told class by class up to the one that fits, fact by fact', () => {
    const { tried, chosen } = why('alice', [{ fact: 'ciCd', value: false, evidence: '$.a' }]);
    expect(chosen?.name).toBe('standard');
    expect(tried).toEqual([
      { class: 'ci-cd', fits: false, needs: [{ fact: 'ciCd', wanted: true, is: false, holds: false }] },
      {
        class: 'privileged',
        fits: false,
        needs: [{ fact: 'privileged', wanted: true, is: null, holds: false }],
      },
      {
        class: 'third-party',
        fits: false,
        needs: [{ fact: 'thirdParty', wanted: true, is: null, holds: false }],
      },
      { class: 'standard', fits: true, needs: [] },
    ]);
    expect(why('deploy-robot').tried.map((one) => one.class)).toEqual(['ci-cd']);
  });

  it('names what nobody knows and could still choose an earlier class, and nothing else', () => {
    expect(why('alice').unknown).toEqual(['ciCd', 'privileged', 'thirdParty']);
    expect(why('alice', [{ fact: 'ciCd', value: false }]).unknown).toEqual(['privileged', 'thirdParty']);
    expect(why('deploy-robot').unknown).toEqual([]);
    const book = structuredClone(runbook);
    book.classes[0]!.when = { ciCd: true, agent: true };
    // With `ciCd` known to be false it does not matter whether it is an agent.
    expect(why('alice', [{ fact: 'ciCd', value: false }], book).unknown).toEqual([
      'privileged',
      'thirdParty',
    ]);
  });

  it('names the owners row, its secret, and that the runbook has the last word', () => {
    const { owners, facts } = why('deploy-robot', [
      { fact: 'ciCd', value: false, evidence: '$.tags' },
      { fact: 'workload', value: true, evidence: '$.kind' },
    ]);
    expect(owners).toEqual({
      index: 0,
      identity: 'aws/123456789012/iam-user/deploy-*',
      party: 'service-owner',
      secret: expect.stringContaining('secret:deploy-robot'),
    });
    expect(facts).toEqual({
      ciCd: { value: true, by: 'runbook', evidence: ['the runbook, owners row 1'], overruled: ['$.tags'] },
      workload: {
        value: true,
        by: 'runbook',
        evidence: ['the runbook, owners row 1', '$.kind'],
        overruled: [],
      },
    });
    expect(why('alice').owners).toBeNull();
  });

  it('believes the alert that says true, and keeps what another said', () => {
    const said = [
      { fact: 'privileged', value: false, evidence: '$.one' },
      { fact: 'privileged', value: true, evidence: '$.two' },
    ] as const;
    for (const facts of [said, said.toReversed()])
      expect(why('alice', facts).facts).toEqual({
        privileged: { value: true, by: 'alert', evidence: ['$.two'], overruled: ['$.one'] },
      });
  });

  it('is null where none fits, and an incident has no rules then', () => {
    const book = structuredClone(runbook);
    book.classes.pop();
    expect(why('alice', [], book).chosen).toBeNull();
    expect(() => resolveRules(book, '', { identity: user('alice'), facts: [] })).toThrow(RangeError);
  });
});

describe('for any facts and classes', () => {
  const fact = fc.constantFrom(...factSchema.shape.fact.options);
  const when = fc.dictionary(fact, fc.boolean(), { maxKeys: 3 });
  const said = fc.array(fc.record({ fact, value: fc.boolean(), evidence: fc.string({ minLength: 1 }) }), {
    maxLength: 6,
  });

  it('the last class tried is the chosen one, the only one that fits, and the incident’s', () => {
    fc.assert(
      fc.property(fc.array(when, { maxLength: 5 }), when, said, (whens, ruled, facts) => {
        const book = structuredClone(runbook);
        const [one] = book.classes;
        if (one === undefined) throw new Error('the default runbook has classes');
        book.classes = [...whens, {}].map((asks, i) => ({ ...one, name: `c${i}`, when: asks }));
        book.owners = [{ identity: 'aws/*/*/*', party: 'service-owner', facts: ruled }];
        const { tried, chosen, facts: known, unknown } = why('x', facts, book);
        expect(tried.filter(({ fits }) => fits).map((each) => each.class)).toEqual([chosen?.name]);
        expect(tried.at(-1)?.class).toBe(chosen?.name);
        expect(resolveRules(book, '', { identity: user('x'), facts }).class).toBe(chosen?.name);
        expect(unknown.filter((name) => known[name] !== undefined)).toEqual([]);
        // Were every unknown fact as an open class asks, an earlier class would be the incident's.
        const open = tried.find(
          ({ fits, needs }) => !fits && needs.every(({ is, holds }) => holds || is === null),
        );
        const more = (open?.needs ?? []).map(({ fact: name, wanted }) => ({ fact: name, value: wanted }));
        const then = why('x', [...facts, ...more], book).chosen?.name;
        expect(then).toBe(open?.class ?? chosen?.name);
      }),
      { numRuns: 2_000 },
    );
  });
});
