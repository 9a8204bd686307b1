// Authority by Cedar: what is shipped says what the model says, whatever is asked; what a customer writes is refused with its place, and
// cannot loosen what holds before any policy is asked.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alwaysChecks } from '../../authority/always.ts';
import type { Authority, Question } from '../../authority/authority.ts';
import { cedarAuthority } from '../../authority/cedar-authority.ts';
import { readPolicies } from '../../authority/cedar.ts';
import { readFolder, readKeptFolder } from '../../authority/folder.ts';
import { PolicyError } from '../../authority/policy-error.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { GateName } from '../../domain/plan/plan.schema.ts';
import type { Bearings, Speaker } from '../../domain/statement/judgement.ts';
import { bearings, KEY } from './rightful.ts';
import { shipped, shippedTexts } from './shipped-authority.ts';

const RUNS = Number(process.env.CUSTODY_RUNS ?? 150);

const folders = { default: shipped('default'), small: shipped('small') };
const { runbook } = folders.default;

/** By these policies alone, with the default runbook. */
function by(text: string): Authority {
  const { policies, problems } = readPolicies(text, 'authority');
  if (policies === null) throw new Error(problems.map(({ says }) => says).join('; '));
  return cedarAuthority({ policies, runbook });
}

const person = (id: string, ...parties: string[]): Speaker => ({ id, parties, identities: [], role: null });
const machine = (id: string, role: NonNullable<Speaker['role']>): Speaker => ({
  id,
  parties: [],
  identities: [],
  role,
});

const asking = (
  message: Question['message'],
  speaker: Speaker | null,
  more: Partial<Question> = {},
): Question => ({
  message,
  speaker,
  answers: null,
  body: {},
  assurance: 'signed',
  bearings,
  ...more,
});

/** The model, as plain code: what shipped policies must come to. */
function model({ message, answers, body, speaker, bearings: known }: Question): boolean {
  if (speaker === null) return false;
  const of = (...parties: (string | null | undefined)[]) =>
    parties.some((party) => party != null && speaker.parties.includes(party));
  const { holder, offeredTo, owner, parts } = known;
  const left = known.followUps.find(({ id }) => id === body['id']);
  const allowed = (): boolean => {
    switch (message) {
      case 'assess':
      case 'close':
        return of('soc');
      case 'decide': {
        const gate = known.gates.find(({ id }) => id === answers);
        if (gate === undefined) return false;
        return body['breakGlass'] === true
          ? gate.name === 'act' && of(...known.breakGlass)
          : of(...gate.parties);
      }
      case 'acknowledge':
        return of(holder, offeredTo);
      case 'handOff':
      case 'pause':
      case 'adopt':
        return of(holder, 'soc');
      case 'undo':
        return of(...known.undo);
      case 'attest':
        return body['step'] === undefined
          ? of(owner ?? 'soc')
          : of(...(known.byHand.find(({ step }) => step === body['step'])?.parties ?? []));
      case 'followUp':
        return body['add'] !== undefined || (left !== undefined && of(left.party, holder, 'soc'));
      case 'applied':
        return speaker.role === 'executor' && known.machines.includes(speaker.id);
      case 'checked':
      case 'discovered':
        return speaker.role === 'checker' && known.machines.includes(speaker.id);
      case 'note':
        return true;
      default:
        return false;
    }
  };
  const isMachines = ['applied', 'checked', 'discovered'].includes(message);
  if (isMachines !== (speaker.role !== null) || !allowed()) return false;
  if (speaker.identities.includes(known.key) && message !== 'note') return false;
  const isVendors = speaker.role === null && speaker.parties.includes('vendor');
  const elsewhere = isVendors && !parts.includes('vendor');
  return !elsewhere || ['note', 'followUp'].includes(message);
}

const PARTIES = ['soc', 'identity', 'service-owner', 'vendor', 'platform', 'agent-platform'];
const party = fc.constantFrom(...PARTIES);
const some = fc.uniqueArray(party, { maxLength: 3 });
const GATE_NAMES = {
  risk: true,
  act: true,
  irreversible: true,
  close: true,
  pause: true,
  lower: true,
  waive: true,
  review: true,
  undo: true,
} satisfies Record<GateName, true>;
const gateName = fc.constantFrom(...(Object.keys(GATE_NAMES) as GateName[]));
const standing: fc.Arbitrary<Bearings> = fc
  .record({
    holder: party,
    offeredTo: fc.option(party),
    owner: fc.option(party),
    parts: fc.uniqueArray(party),
    breakGlass: some,
    undo: some,
    gate: fc.record({ name: gateName, parties: some }),
    byHand: some,
    followUp: party,
    machines: fc.subarray(['identity-aws', 'aws']),
    class: fc.option(fc.string()),
    level: fc.constantFrom('critical', 'unknown'),
    phase: fc.constantFrom('triage', 'hardening'),
    drill: fc.boolean(),
    ciCd: fc.option(fc.boolean()),
  })
  .map(({ gate, byHand, followUp, ciCd, ...rest }) => ({
    ...bearings,
    ...rest,
    facts: ciCd === null ? [] : [{ fact: 'ciCd' as const, value: ciCd }],
    gates: [{ id: `${gate.name}-1`, ...gate }],
    byHand: [{ step: 's8', parties: byHand }],
    followUps: [{ id: 'follow-up-1', party: followUp }],
  }));
const speaking: fc.Arbitrary<Speaker> = fc.oneof(
  fc.record({
    id: fc.constantFrom('sam', 'ivo'),
    parties: some,
    identities: fc.constantFrom<string[]>([], [KEY], ['aws/123456789012/iam-user/alice']),
    role: fc.constant(null),
  }),
  fc.record({
    id: fc.constantFrom('identity-aws', 'aws', 'other'),
    parties: some,
    identities: fc.constant<string[]>([]),
    role: fc.constantFrom('executor' as const, 'checker' as const, 'orchestrator' as const),
  }),
);
const saidTo = (known: Bearings): fc.Arbitrary<Pick<Question, 'message' | 'answers' | 'body'>> => {
  const plain = (['acknowledge', 'note', 'pause', 'adopt', 'undo', 'close', 'sealed'] as const).map(
    (message) => ({ message, answers: null, body: {} }),
  );
  const machines = (['applied', 'checked', 'discovered'] as const).map((message) => ({
    message,
    answers: null,
    body: {},
  }));
  const gate = known.gates[0]?.id ?? null;
  const decide = (body: Record<string, unknown>, answers = gate) => ({
    message: 'decide' as const,
    answers,
    body,
  });
  return fc.constantFrom(
    ...plain,
    ...machines,
    decide({ verdict: 'approve' }),
    decide({ verdict: 'approve', breakGlass: true }),
    decide({ verdict: 'reject' }),
    decide({ verdict: 'withdraw' }),
    decide({ verdict: 'approve' }, 'act-9'),
    { message: 'assess' as const, answers: null, body: { verdict: 'incident', strategy: 'cut' } },
    { message: 'assess' as const, answers: null, body: {} },
    { message: 'handOff' as const, answers: null, body: { to: 'identity' } },
    { message: 'attest' as const, answers: null, body: {} },
    { message: 'attest' as const, answers: null, body: { step: 's8' } },
    { message: 'attest' as const, answers: null, body: { step: 's1' } },
    { message: 'followUp' as const, answers: null, body: { add: { kind: 'other', says: 'x' } } },
    { message: 'followUp' as const, answers: null, body: { id: 'follow-up-1', as: 'done' } },
    { message: 'followUp' as const, answers: null, body: { id: 'follow-up-9', as: 'done' } },
  );
};
const question: fc.Arbitrary<Question> = standing.chain((known) =>
  fc.record({ said: saidTo(known), speaker: speaking }).map(({ said, speaker }) => ({
    ...said,
    speaker,
    assurance: 'signed' as const,
    bearings: known,
  })),
);

describe('the shipped policies', () => {
  it.each(['default', 'small'] as const)('of runbooks/%s are read without a warning', (name) => {
    expect(folders[name].warnings).toEqual([]);
  });

  it('come to what the model says, whoever says what to which incident', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const { allowed, reason } = folders.default.authority.may(asked);
        expect({ allowed, reason: reason !== '' }).toEqual({ allowed: model(asked), reason: true });
      }),
      { numRuns: RUNS },
    );
  });

  it('are the same in a small folder, but for the vendor', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const isVendors = asked.speaker?.parties.includes('vendor') === true;
        const small = folders.small.authority.may(asked).allowed;
        const { allowed } = folders.default.authority.may(asked);
        expect(small === allowed || (isVendors && small)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('never let anybody outside every party that is asked do what needs one', () => {
    const outside = standing.chain((known) =>
      saidTo(known).map((said) => ({ ...said, assurance: 'signed' as const, bearings: known })),
    );
    fc.assert(
      fc.property(
        outside,
        fc.uniqueArray(fc.constantFrom('payments', 'Soc', 'SOC', 'ѕoc', 'soc ')),
        (asked, of) => {
          const { allowed } = folders.default.authority.may({ ...asked, speaker: person('mallory', ...of) });
          const needsNoParty = asked.message === 'note' || asked.body['add'] !== undefined;
          expect(allowed).toBe(needsNoParty);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('say by which policy', () => {
    const { authority } = folders.default;
    expect(authority.may(asking('close', person('sam', 'soc')))).toEqual({
      allowed: true,
      reason: 'sam may: The SOC owns the record, and closes it.',
      by: [{ id: 'soc-closes', effect: 'permit', says: 'The SOC owns the record, and closes it.' }],
    });
    // The last of more than ten, which Cedar numbers in another order than it lists them.
    const elsewhere = { ...bearings, holder: 'vendor', parts: ['soc'] };
    const vendor = authority.may(asking('acknowledge', person('vik', 'vendor'), { bearings: elsewhere }));
    expect(vendor).toMatchObject({ allowed: false, by: [{ id: 'vendor-only-where-it-has-a-part' }] });
    expect(vendor.reason).toMatch(/vendor acts only on identities whose class/);
  });

  it('forbid by themselves, too, that anybody answers about themselves', () => {
    const { policies } = readPolicies(shippedTexts('small')['authority.cedar'], 'authority');
    const asked = (identities: string[]) =>
      policies?.ask({
        principal: { type: 'Person', id: 'sam' },
        action: 'close',
        resource: { type: 'Incident', id: 'x' },
        context: { assurance: 'signed' },
        entities: [
          {
            uid: { type: 'Person', id: 'sam' },
            attrs: { identities },
            parents: [{ type: 'Party', id: 'soc' }],
          },
          {
            uid: { type: 'Incident', id: 'x' },
            attrs: {
              identity: { key: KEY, provider: 'aws', kind: 'iam-user', reference: 'deploy-robot' },
              level: 'high',
              phase: 'triage',
              drill: false,
              facts: {},
              holder: { __entity: { type: 'Party', id: 'soc' } },
              parts: [],
              awaited: [],
            },
            parents: [],
          },
        ],
      });
    expect(asked([])).toMatchObject({ allowed: true });
    expect(asked([KEY])).toMatchObject({ allowed: false, by: [{ id: 'nobody-about-themselves' }] });
  });

  it('say who may instead, by asking the same policies', () => {
    const { authority } = folders.default;
    const why = (asked: Question) => authority.may(asked).reason;
    expect(why(asking('handOff', person('olga', 'service-owner'), { body: { to: 'soc' } }))).toBe(
      'Only soc may hand this incident off; olga is of service-owner.',
    );
    expect(why(asking('acknowledge', person('olga')))).toBe(
      'Only soc or identity may take this incident; olga is of no party.',
    );
  });
});

const EVERYTHING = '@id("everything") permit (principal, action, resource);';

describe('what holds whatever a customer writes', () => {
  const own: Speaker = { ...person('sam', 'soc'), identities: [KEY] };
  const rows: [check: string, what: string, asked: Question][] = [
    ['isSaidToAnIncident', 'a seal', asking('sealed', machine('orchestrator', 'orchestrator'))],
    ['isSaidToAnIncident', 'a signature of a folder', asking('sign', person('sam', 'soc'))],
    ['speaksAsWhatTheyAre', 'a person who reports as an executor', asking('applied', person('sam', 'soc'))],
    ['speaksAsWhatTheyAre', 'a machine that closes', asking('close', machine('aws', 'checker'))],
    ['speaksAsWhatTheyAre', 'a checker that says it applied', asking('applied', machine('aws', 'checker'))],
    [
      'speaksAsWhatTheyAre',
      'an executor that sees for itself',
      asking('checked', machine('identity-aws', 'executor')),
    ],
    ['notAboutThemselves', 'an answer about oneself', asking('close', own)],
    ['provenEnough', 'what was merely told', asking('close', person('sam', 'soc'), { assurance: 'told' })],
    [
      'gateIsOpen',
      'an answer to a gate that is not open',
      asking('decide', person('sam', 'soc'), { answers: 'act-9', body: { verdict: 'approve' } }),
    ],
    [
      'glassIsOfTheAct',
      'a broken glass at another gate',
      asking('decide', person('sam', 'soc'), {
        answers: 'risk-1',
        body: { verdict: 'approve', breakGlass: true },
      }),
    ],
    [
      'stepIsByHand',
      'a word on a step of workers',
      asking('attest', person('sam', 'soc'), { body: { step: 's1' } }),
    ],
    [
      'followUpIsLeft',
      'a word on what is not left',
      asking('followUp', person('sam', 'soc'), { body: { id: 'follow-up-9', as: 'done' } }),
    ],
  ];

  it.each(rows)('%s refuses %s', (name, _, asked) => {
    const check = alwaysChecks.find(([one]) => one === name)?.[1];
    const { allowed, reason, by: policies } = by(EVERYTHING).may(asked);
    expect({ allowed, policies }).toEqual({ allowed: false, policies: null });
    expect(asked.speaker !== null && check?.({ ...asked, speaker: asked.speaker })).toBe(reason);
  });

  it('is every check there is', () => {
    const tried = new Set(rows.map(([check]) => check));
    expect(alwaysChecks.map(([name]) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it('lets nobody in whom the directory does not know', () => {
    expect(by(EVERYTHING).may(asking('note', null))).toMatchObject({ allowed: false, by: null });
  });

  it('and nothing more: the rest is the policies’', () => {
    expect(by(EVERYTHING).may(asking('close', person('olga', 'platform')))).toMatchObject({ allowed: true });
  });
});

describe('a policy that cannot be evaluated', () => {
  const OVERFLOWS = '9223372036854775807 + 1 > 0';
  const sam = asking('close', person('sam', 'soc'));

  it.each([
    ['a forbid, which Cedar leaves out', `forbid (principal, action, resource) when { ${OVERFLOWS} };`],
    ['a permit beside another', `permit (principal, action, resource) when { ${OVERFLOWS} };`],
  ])('refuses everybody: %s', (_, policy) => {
    expect(by(EVERYTHING).may(sam).allowed).toBe(true);
    const { allowed, reason } = by(`${EVERYTHING} @id("too-much") ${policy}`).may(sam);
    expect(allowed).toBe(false);
    expect(reason).toMatch(/could not be evaluated \(too-much: integer overflow/);
  });

  it('and what is asked about is held to the schema, too', () => {
    const { policies } = readPolicies(EVERYTHING, 'authority');
    const asked = { type: 'Person', id: 'sam' };
    const request = { principal: asked, resource: { type: 'Incident', id: 'x' }, context: {}, entities: [] };
    expect(policies?.ask({ ...request, action: 'explode' })).toMatchObject({ allowed: false, by: [] });
    expect(policies?.ask({ ...request, action: 'note' })?.failed).toMatch(/\S/);
  });
});

describe('facts', () => {
  const only = (when: string) =>
    by(`${EVERYTHING} @id("not-these") forbid (principal, action, resource) when { ${when} };`);
  const about = (reference: string, value?: boolean) =>
    asking('close', person('sam', 'soc'), {
      bearings: {
        ...bearings,
        key: `aws/123456789012/iam-user/${reference}`,
        identity: { ...bearings.identity, reference },
        facts: value === undefined ? [] : [{ fact: 'ciCd', value }],
      },
    });
  const ciCd = 'resource.facts has ciCd && resource.facts.ciCd';

  it('are what alerts say, with the runbook’s own word over it', () => {
    expect(only(ciCd).may(about('alice')).allowed).toBe(true);
    expect(only(ciCd).may(about('alice', true)).allowed).toBe(false);
    // runbooks/default says of deploy-* that it is CI/CD.
    expect(only(ciCd).may(about('deploy-robot')).allowed).toBe(false);
    expect(only(ciCd).may(about('deploy-robot', false)).allowed).toBe(false);
  });

  it('identity, class, level, phase, drill and gate parties can be asked for', () => {
    const all = `resource.identity.account == "123456789012" && resource has class && resource.class == "ci-cd"
      && resource.level == "high" && resource.phase == "containment" && !resource.drill
      && resource has owner && resource.owner == Party::"service-owner"`;
    // `has` is asked first where something may not be there.
    expect(
      only(
        all.replace(
          'resource.identity.account',
          'resource.identity has account && resource.identity.account',
        ),
      ).may(about('alice')).allowed,
    ).toBe(false);
    expect(() => only(all)).toThrow(/has account/);
  });
});

describe('policies that cannot be used', () => {
  const problemsIn = (text: string) => readPolicies(text, 'authority').problems;
  const rows: [what: string, text: string, at: string, says: RegExp][] = [
    ['broken syntax', '// é\npermit (principal,, action, resource);', '2:19', /unexpected token `,`/],
    ['no end', '@id("a")\npermit (principal, action, resource)', '2:37', /unexpected end of input/],
    [
      'an attribute that there is not',
      '// é\n@id("a") permit (principal, action, resource) when { resource.colour == "red" };',
      '2:54',
      /attribute `colour` on entity type `Incident` not found/,
    ],
    [
      'an attribute that may not be there',
      '@id("a") permit (principal, action, resource) when { resource.class == "x" };',
      '1:54',
      /has class/,
    ],
    [
      'an unknown action',
      '@id("a") permit (principal, action == Action::"aprove", resource);',
      '1:39',
      /unrecognized action/,
    ],
    [
      'an unknown kind of principal',
      '@id("a") permit (principal is Robot, action, resource);',
      '1:31',
      /unrecognized entity type `Robot`/,
    ],
    [
      'a type that does not fit',
      '@id("a") permit (principal, action, resource) when { resource.level > 3 };',
      '1:54',
      /expected Long/,
    ],
    ['a template', '@id("a") permit (principal == ?principal, action, resource);', '1:1', /template/],
    ['no @id', '\n  permit (principal, action, resource);', '2:3', /needs an @id/],
    [
      'an @id that plays with a screen',
      '@id("a\\u{1b}[2J") permit (principal, action, resource);',
      '1:1',
      /needs an @id/,
    ],
    ['one @id twice', `${EVERYTHING}\n${EVERYTHING}`, '2:1', /everything is used twice/],
    ['nothing', '', '1:1', /there is no policy in it/],
    ['comments alone', '// everybody may everything\n', '1:1', /there is no policy in it/],
  ];

  it.each(rows)('are refused at their place: %s', (_, text, at, says) => {
    const problems = problemsIn(text);
    expect(problems.map(({ line, column }) => `${line}:${column}`)).toContain(at);
    expect(problems.find(({ line, column }) => `${line}:${column}` === at)).toMatchObject({
      file: 'authority.cedar',
      says: expect.stringMatching(says),
    });
    expect(readPolicies(text, 'authority').policies).toBeNull();
  });

  it('name every problem at once', () => {
    const text = `@id("a") permit (principal, action == Action::"explode", resource);
@id("b") forbid (principal, action, resource) when { resource.colour == "red" };
permit (principal, action, resource);`;
    expect(new Set(problemsIn(text).map(({ line }) => line))).toEqual(new Set([1, 2, 3]));
  });

  it('that can never apply are warned about', () => {
    const text = '@id("never") forbid (principal is Machine, action == Action::"close", resource);';
    expect(readPolicies(`${EVERYTHING}\n${text}`, 'authority').warnings).toContainEqual(
      expect.objectContaining({ line: 2, says: expect.stringMatching(/impossible/) }),
    );
  });

  it('are refused whatever stands there, with a place for each problem', () => {
    const words = fc.constantFrom(
      'permit',
      'forbid',
      '(',
      ')',
      'principal',
      ',',
      'action',
      'resource',
      ';',
      '@id("a")',
      'when',
      '{',
      '}',
      '"',
      '\u{1f600}',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), (all) => {
        const { policies, problems } = readPolicies(all.join(' '), 'authority');
        expect(policies === null).toBe(problems.length > 0);
        for (const { line, column, says } of problems)
          expect([line > 0, column > 0, says !== '']).toEqual([true, true, true]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the folder', () => {
  const texts = shippedTexts('default');
  const problemsOf = (changed: Partial<typeof texts>) => {
    try {
      readFolder({ ...texts, ...changed });
      return [];
    } catch (error) {
      if (error instanceof PolicyError) return error.problems;
      throw error;
    }
  };
  const also = (policy: string) => ({ 'authority.cedar': `${texts['authority.cedar']}${policy}` });
  const line = texts['authority.cedar'].split('\n').length;

  it.each([
    ['Party::"sok"', /runbook.yaml knows no party sok/],
    ['Party::"ѕoc"', /knows no party/],
    ['Person::"mallory"', /people.yaml knows no person mallory/],
    ['Party::"vendorx"', /knows no party vendorx/],
  ])('is refused where a policy names %s', (who, says) => {
    const text = `@id("more") permit (principal in ${who}, action, resource);`;
    const is = who.startsWith('Person') ? text.replace(' in ', ' == ') : text;
    expect(problemsOf(also(is))).toMatchObject([
      { file: 'authority.cedar', line, column: is.indexOf(who) + 1, says: expect.stringMatching(says) },
    ]);
  });

  it('is refused where a condition names a machine or a list of parties that nobody knows', () => {
    const policy = `@id("more") forbid (principal, action, resource)
      when { resource.awaited.contains(Machine::"ghost") || principal in [Party::"soc", Party::"ghosts"] };`;
    expect(problemsOf(also(policy)).map(({ says }) => says)).toEqual([
      expect.stringMatching(/no machine ghost/),
      expect.stringMatching(/no party ghosts/),
    ]);
  });

  it('names its problems together with those of the other files', () => {
    const problems = problemsOf({
      'runbook.yaml': texts['runbook.yaml'].replace('version: 1', 'version: 2'),
      'authority.cedar': 'permit',
    });
    expect(new Set(problems.map(({ file }) => file))).toEqual(new Set(['runbook.yaml', 'authority.cedar']));
  });

  it('cannot be judged by without policies, but one that an incident or a record keeps can be read', () => {
    const before = { 'runbook.yaml': texts['runbook.yaml'], 'people.yaml': texts['people.yaml'] };
    expect(() => readFolder(before)).toThrow(/there is no policy in it/);
    const kept = readKeptFolder(before);
    expect(kept).toMatchObject({ hash: hashOf(before), runbook: { name: 'default' } });
    expect(kept).not.toHaveProperty('authority');
    // Of a folder that has it, both readings have one hash; a policy that is no longer understood does not make it unreadable.
    expect(readKeptFolder(texts).hash).toBe(folders.default.hash);
    expect(readKeptFolder({ ...texts, 'authority.cedar': 'permit' }).hash).not.toBe(folders.default.hash);
  });

  it('is parsed once as long as its policies are the same', () => {
    const text = texts['authority.cedar'];
    expect(readPolicies(text, 'authority')).toBe(readPolicies(text, 'authority'));
    expect(readPolicies(`${text}\n`, 'authority')).not.toBe(readPolicies(text, 'authority'));
  });
});
