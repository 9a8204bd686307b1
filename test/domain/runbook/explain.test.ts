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
    const unknown = (name: string, fact: string) => ({
      class: name,
      fits: false,
      needs: [{ fact, wanted: true, is: null, holds: false }],
    });
    expect(tried).toEqual([
      unknown('federated', 'federated'),
      unknown('agent', 'agent'),
      unknown('business-critical', 'businessCritical'),
      { class: 'ci-cd', fits: false, needs: [{ fact: 'ciCd', wanted: true, is: false, holds: false }] },
      unknown('privileged', 'privileged'),
      unknown('third-party', 'thirdParty'),
      { class: 'standard', fits: true, needs: [] },
    ]);
    expect(why('deploy-robot').tried.at(-1)).toMatchObject({ class: 'ci-cd', fits: true });
  });

  it('names what nobody knows and could still choose an earlier class, and nothing else', () => {
    const first = ['federated', 'agent', 'businessCritical'];
    expect(why('alice').unknown).toEqual([...first, 'ciCd', 'privileged', 'thirdParty']);
    expect(why('alice', [{ fact: 'ciCd', value: false }]).unknown).toEqual([
      ...first,
      'privileged',
      'thirdParty',
    ]);
    expect(why('deploy-robot').unknown).toEqual(first);
    const book = structuredClone(runbook);
    book.classes[0]!.when = { ciCd: true, human: true };
    // With `ciCd` known to be false it does not matter whether it is a human.
    expect(why('alice', [{ fact: 'ciCd', value: false }], book).unknown).not.toContain('human');
    expect(why('alice', [], book).unknown).toContain('human');
  });

  it('names the owners row, its secret, and that the runbook has the last word', () => {
    const { owners, facts } = why('deploy-robot', [
      { fact: 'ciCd', value: false, evidence: '$.tags' },
      { fact: 'workload', value: true, evidence: '$.kind' },
    ]);
    expect(owners).toEqual([
      {
        index: 0,
        identity: 'aws/123456789012/iam-user/deploy-*',
        tag: null,
        party: 'service-owner',
        secret: expect.stringContaining('secret:deploy-robot'),
        consumers: [],
        compromisedVersions: 'keep',
        retireSecret: null,
      },
    ]);
    expect(facts).toEqual({
      ciCd: { value: true, by: 'runbook', evidence: ['the runbook, owners row 1'], overruled: ['$.tags'] },
      workload: {
        value: true,
        by: 'runbook',
        evidence: ['the runbook, owners row 1', '$.kind'],
        overruled: [],
      },
    });
    expect(why('alice').owners).toEqual([]);
  });

  it('takes facts from a row by tag too, and the pattern’s where the two differ', () => {
    const book = structuredClone(runbook);
    book.owners[1]!.facts = { ciCd: false, thirdParty: true };
    const tags = [{ key: 'team', value: 'platform', writable: false }];
    const { facts, owners } = whyClass(book, { identity: user('deploy-robot'), facts: [], tags });
    expect(owners.map(({ index, identity, tag }) => [index, identity, tag])).toEqual([
      [0, 'aws/123456789012/iam-user/deploy-*', null],
      [1, null, { key: 'team', value: 'platform' }],
    ]);
    expect(facts).toMatchObject({
      ciCd: {
        value: true,
        evidence: ['the runbook, owners row 1'],
        overruled: ['the runbook, owners row 2'],
      },
      thirdParty: { value: true, by: 'runbook', evidence: ['the runbook, owners row 2'], overruled: [] },
    });
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

  it('for one plane alone is passed by by whatever is of another, though all its facts hold', () => {
    const book = structuredClone(runbook);
    book.classes.unshift({
      ...structuredClone(book.classes.at(-1)!),
      name: 'database',
      provider: 'postgres',
    });
    const role = { provider: 'postgres', account: 'orders-db', kind: 'role', reference: 'orders_a' };
    expect(whyClass(book, { identity: role, facts: [] }).chosen?.name).toBe('database');
    expect(why('alice', [], book).tried[0]).toEqual({
      class: 'database',
      fits: false,
      needs: [],
      provider: 'postgres',
    });
    expect(why('alice', [], book).chosen?.name).toBe('standard');
    book.classes[0]!.when = { human: true };
    // Were it known, it would still be of another plane.
    expect(why('alice', [], book).unknown).not.toContain('human');
    expect(whyClass(book, { identity: role, facts: [] }).unknown).toContain('human');
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
